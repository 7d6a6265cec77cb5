//! JSON as XML.

use core::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::tree::{MAX_DEPTH, NameFault, ROOT, Tree};
use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::json_fault;

/// A JSON object that has become elements.
#[derive(Clone, Debug)]
pub(super) struct JsonRecord {
    tree: Tree<String>,
    /// The members with a single value, by their names with dots.
    fields: Vec<(String, String)>,
}

impl JsonRecord {
    /// Reads an object.
    pub(super) fn parse(text: &str, place: &Place) -> Result<Self, Finding> {
        let value: &RawValue =
            serde_json::from_str(text).map_err(|error| malformed(&error, place))?;
        if !value.get().starts_with('{') {
            let message = "the record is no JSON object";
            return Err(unreadable(place.clone(), message));
        }
        let mut record = Self {
            tree: Tree::new(),
            fields: Vec::new(),
        };
        record.add_object(ROOT, value, &mut Vec::new(), place)?;
        Ok(record)
    }

    /// Returns a member by its name, with dots.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|field| field.0 == name)
            .map(|field| field.1.as_str())
    }

    /// Writes the record as the element `root`. An object whose only member has this name is this element.
    pub(super) fn write(&self, root: &str, xml: &mut String) -> usize {
        let group = self.tree.only_group(root).unwrap_or(ROOT);
        self.tree.write(group, root, |text| text.as_str(), xml)
    }

    fn add_object(
        &mut self,
        group: usize,
        object: &RawValue,
        path: &mut Vec<String>,
        place: &Place,
    ) -> Result<(), Finding> {
        let mut reader = serde_json::Deserializer::from_str(object.get());
        let members = reader
            .deserialize_map(Members)
            .map_err(|error| malformed(&error, place))?;
        for (name, value) in members {
            let depth = path.len();
            let names: Vec<&str> = name.split('.').collect();
            path.extend(names.iter().map(|name| (*name).to_owned()));
            let fault = |fault: NameFault| fault.finding(place.clone(), &describe(&name));
            if path.len() >= MAX_DEPTH {
                return Err(fault(NameFault::TooDeep));
            }
            let mut inner = group;
            let (last, groups) = names.split_last().unwrap_or((&"", &[]));
            for name in groups {
                inner = self.tree.group(inner, name).map_err(fault)?;
            }
            self.add_value(inner, last, value, path, place)?;
            path.truncate(depth);
        }
        Ok(())
    }

    fn add_value(
        &mut self,
        group: usize,
        name: &str,
        value: &RawValue,
        path: &mut Vec<String>,
        place: &Place,
    ) -> Result<(), Finding> {
        let fault = |fault: NameFault| fault.finding(place.clone(), &describe(name));
        match value.get().as_bytes().first() {
            Some(b'{') => {
                // The groups of dotted names and of objects are one.
                let inner = self.tree.group(group, name).map_err(fault)?;
                self.add_object(inner, value, path, place)
            }
            Some(b'[') => {
                let mut reader = serde_json::Deserializer::from_str(value.get());
                let items = reader
                    .deserialize_seq(Items)
                    .map_err(|error| malformed(&error, place))?;
                for item in items {
                    self.add_item(group, name, item, path, place)?;
                }
                Ok(())
            }
            _ => {
                let text = scalar(value, place)?;
                self.fields.push((path.join("."), text.clone()));
                self.tree.add_leaf(group, name, text).map_err(fault)
            }
        }
    }

    fn add_item(
        &mut self,
        group: usize,
        name: &str,
        item: &RawValue,
        path: &mut Vec<String>,
        place: &Place,
    ) -> Result<(), Finding> {
        let fault = |fault: NameFault| fault.finding(place.clone(), &describe(name));
        match item.get().as_bytes().first() {
            Some(b'{') => {
                let inner = self.tree.add_group(group, name).map_err(fault)?;
                self.add_object(inner, item, path, place)
            }
            Some(b'[') => {
                let message = format!("{}: a list stands in a list", describe(name));
                Err(unreadable(place.clone(), message))
            }
            _ => {
                let text = scalar(item, place)?;
                self.tree.add_leaf(group, name, text).map_err(fault)
            }
        }
    }
}

/// Returns a value as the text of an element. A number stays as it is written.
fn scalar(value: &RawValue, place: &Place) -> Result<String, Finding> {
    match value.get() {
        "null" => Ok(String::new()),
        text if text.starts_with('"') => {
            serde_json::from_str(text).map_err(|error| malformed(&error, place))
        }
        text => Ok(text.to_owned()),
    }
}

fn describe(name: &str) -> String {
    format!("the member {:?}", name.chars().take(80).collect::<String>())
}

fn unreadable(place: Place, message: impl Into<String>) -> Finding {
    let problem = FormsProblem::RecordUnreadable;
    Finding::new(problem, Grade::Refusal, place, message)
}

/// Returns the finding for JSON with a fault. The place of the record is that of its first line.
fn malformed(error: &serde_json::Error, place: &Place) -> Finding {
    let (line, column, reason) = json_fault::describe(error);
    let first = place.line.unwrap_or(1);
    let place = place.clone().at(first.saturating_add(line - 1), column);
    unreadable(place, format!("the record is no JSON: {reason}"))
}

/// Reads the members of an object in their order.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// Reads the items of a list.
struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}
