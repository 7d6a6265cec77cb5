mod matching;
mod suggest;
mod unfilled;

use roxmltree::{Document, Node};

use self::matching::Matching;
use self::unfilled::unfilled;
use super::summary::Summary;
use super::template::{Shape, Template, XDP_NAMESPACE, https_namespace, is_in};
use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::xml::{self, Cursor};

/// The start of the namespace of the elements around data.
pub(super) const DATA_NAMESPACE: &str = "http://www.xfa.org/schema/xfa-data/";

impl Template {
    /// Checks data against the template: names that no field takes, fields without data, the root.
    pub fn check_data(&self, file: &str, bytes: &[u8]) -> Vec<Finding> {
        check(file, bytes, Some(self))
    }
}

/// Checks data of which the template is not known.
pub fn data(file: &str, bytes: &[u8]) -> Vec<Finding> {
    check(file, bytes, None)
}

fn check(file: &str, bytes: &[u8], template: Option<&Template>) -> Vec<Finding> {
    let place = Place::file(file);
    let text = match xml::decode(bytes) {
        Ok(text) => text,
        Err(error) => return vec![error.finding(place)],
    };
    let document = match xml::parse(&text) {
        Ok(document) => document,
        Err(error) => return vec![error.finding(place)],
    };
    let mut findings: Vec<Finding> = document
        .root_element()
        .descendants()
        .take(16)
        .filter_map(|node| https_namespace(&node, &place, Grade::Warning))
        .take(1)
        .collect();
    let Some((template, shape)) = template.and_then(|it| Some((it, it.shape()?))) else {
        return findings;
    };
    let records = record_roots(&document);
    findings.extend(check_root(&records, template, &place));
    let matching = Matching::of(shape, &records);
    findings.extend(unbound(&matching, template, shape, &text, &place));
    findings.extend(unfilled(&matching, template, shape));
    findings
}

/// Returns the records of a document: its root, or what stands in `datasets` and `data`.
pub(super) fn record_roots<'a, 'input>(document: &'a Document<'input>) -> Vec<Node<'a, 'input>> {
    let root = document.root_element();
    let datasets = if is_in(&root, "xdp", XDP_NAMESPACE) {
        let mut children = root.children();
        children.find(|node| is_in(node, "datasets", DATA_NAMESPACE))
    } else {
        is_in(&root, "datasets", DATA_NAMESPACE).then_some(root)
    };
    let data = match datasets {
        Some(datasets) => {
            let mut children = datasets.children();
            children.find(|node| is_in(node, "data", DATA_NAMESPACE))
        }
        None if is_in(&root, "data", DATA_NAMESPACE) => Some(root),
        None => return vec![root],
    };
    let children = data.into_iter().flat_map(|data| data.children());
    children.filter(Node::is_element).collect()
}

fn check_root(records: &[Node<'_, '_>], template: &Template, place: &Place) -> Option<Finding> {
    let expected = template.root_name()?;
    let Some(record) = records.first() else {
        let message = "the data has no record: `data` in `datasets` is empty or missing";
        return Some(Finding::new(
            FormsProblem::DataRoot,
            Grade::Note,
            place.clone(),
            message,
        ));
    };
    let found = record.tag_name().name();
    (found != expected).then(|| {
        let (line, column) = xml::position_of(record);
        let message = format!(
            "the root element of the data is {found:?}, and the root subform of {} is {expected:?}",
            template.file
        );
        let place = place.clone().at(line, column);
        Finding::new(FormsProblem::DataRoot, Grade::Note, place, message)
    })
}

fn unbound(
    matching: &Matching<'_>,
    template: &Template,
    shape: &Shape,
    text: &str,
    place: &Place,
) -> Vec<Finding> {
    let mut summary = Summary::new(FormsProblem::DataUnbound, Grade::Warning);
    let mut cursor = Cursor::new(text);
    for element in &matching.unbound {
        summary.add(|| {
            let (line, column) = cursor.at(element.offset);
            let mut message = format!(
                "no field of {} takes the element {:?} in {:?}",
                template.file, element.name, element.around
            );
            if element.is_group {
                message.push_str(", nor what stands in it");
            }
            if element.count > 1 {
                message.push_str(&format!(" ({} times)", element.count));
            }
            let hint = suggest::for_name(element.name, shape, &matching.filled).or_else(|| {
                let hint =
                    "A script of the template reads data by itself, and may use this element.";
                template.has_data_script().then(|| hint.to_owned())
            });
            (place.clone().at(line, column), message, hint)
        });
    }
    summary.finish(
        place.clone(),
        "names of elements that no field of the template takes",
    )
}
