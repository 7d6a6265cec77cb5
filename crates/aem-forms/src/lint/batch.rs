use std::collections::HashSet;

use serde_json::{Map, Value};

use super::data::record_roots;
use super::options::Check;
use crate::document::Document;
use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::known_options::{self, KnownOption, KnownValue, Operation};
use crate::xml;

/// The members of a configuration that are checked like options.
const MEMBERS: &[KnownOption] = &[
    member("configName", KnownValue::Text),
    member("dataSourceConfigUri", KnownValue::Text),
    member("template", KnownValue::Text),
    member("contentRoot", KnownValue::Text),
    member("xci", KnownValue::Text),
];

/// The other members.
const OTHER_MEMBERS: [&str; 4] = [
    "outputTypes",
    "pdfOutputOptions",
    "printedOutputOptionsList",
    "dataSource",
];

const OUTPUT_TYPES: &[&str] = &["PDF", "PRINT"];

const fn member(name: &'static str, value: KnownValue) -> KnownOption {
    KnownOption { name, value }
}

/// Checks the configuration of a batch, as JSON. `place` is the file, or nothing.
pub fn batch_configuration(place: Place, json: &[u8]) -> Vec<Finding> {
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    let members = match serde_json::from_slice(json) {
        Ok(Value::Object(members)) => members,
        _ => {
            let message = "the configuration of the batch is no JSON object";
            return vec![Finding::new(
                FormsProblem::OptionsMalformed,
                Grade::Refusal,
                place,
                message,
            )];
        }
    };
    let mut check = Check {
        place,
        findings: Vec::new(),
    };
    check.batch_members(&members);
    check.outputs(&members);
    check.batch_template(&members);
    check.findings
}

impl Check {
    fn batch_members(&mut self, members: &Map<String, Value>) {
        for name in [
            "configName",
            "dataSourceConfigUri",
            "template",
            "outputTypes",
        ] {
            if !members.contains_key(name) {
                let message = format!("the member {name:?} is missing");
                self.add(FormsProblem::OptionValue, Grade::Refusal, message);
            }
        }
        let plain = members
            .iter()
            .filter(|(name, _)| !OTHER_MEMBERS.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        self.members(&plain, MEMBERS, "");
        if let Some(options) = members.get("pdfOutputOptions") {
            match options {
                Value::Object(options) => {
                    let known = known_options::of(Operation::Pdf);
                    self.members(options, known, "pdfOutputOptions.");
                }
                _ => self.not_a("pdfOutputOptions", "an object"),
            }
        }
    }

    fn not_a(&mut self, name: &str, expected: &str) {
        let message = format!("the member {name:?} must be {expected}");
        self.add(FormsProblem::OptionValue, Grade::Refusal, message);
    }

    fn outputs(&mut self, members: &Map<String, Value>) {
        let mut is_print = false;
        match members.get("outputTypes") {
            Some(Value::Array(types)) if !types.is_empty() => {
                for output in types {
                    let name = output.as_str().unwrap_or_default();
                    is_print |= name == "PRINT";
                    if !OUTPUT_TYPES.contains(&name) {
                        self.not_a("outputTypes", "a list of PDF and PRINT");
                    }
                }
            }
            Some(_) => self.not_a("outputTypes", "a list of PDF and PRINT"),
            None => {}
        }
        let list = match members.get("printedOutputOptionsList") {
            Some(Value::Array(list)) => list.as_slice(),
            Some(_) => return self.not_a("printedOutputOptionsList", "a list"),
            None => &[],
        };
        if is_print && list.is_empty() {
            let message = "the batch asks for PRINT, and \"printedOutputOptionsList\" is empty";
            let problem = FormsProblem::BatchPrintWithoutList;
            self.add(problem, Grade::Refusal, message.to_owned());
        }
        let mut languages = HashSet::new();
        for (index, options) in list.iter().enumerate() {
            let Value::Object(options) = options else {
                self.not_a(&format!("printedOutputOptionsList[{index}]"), "an object");
                continue;
            };
            let path = format!("printedOutputOptionsList[{index}].");
            self.members(options, known_options::of(Operation::Print), &path);
            let config = options.get("printConfig");
            self.print_config(config);
            let language = config.and_then(|config| config.get("renderType"));
            if let Some(language) = language.and_then(Value::as_str)
                && !languages.insert(language)
            {
                let message = format!("the batch names the print language {language:?} twice");
                self.add(FormsProblem::BatchRenderTypeTwice, Grade::Refusal, message);
            }
        }
    }

    fn batch_template(&mut self, members: &Map<String, Value>) {
        let text = |name| {
            members
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let template = text("template");
        let is_relative = !template.starts_with('/') && !Document::is_reference_text(template);
        if !template.is_empty() && is_relative && text("contentRoot").is_empty() {
            let message = format!(
                "the template {template:?} is a relative path, and there is no content root"
            );
            self.add(FormsProblem::BatchTemplateRelative, Grade::Refusal, message);
        }
    }
}

/// Checks the data of a batch whose XCI names no record level: the batch reads the elements of the second level.
pub fn batch_data(file: &str, bytes: &[u8]) -> Vec<Finding> {
    let place = Place::file(file);
    let text = match xml::decode(bytes) {
        Ok(text) => text,
        Err(error) => return vec![error.finding(place)],
    };
    let document = match xml::parse(&text) {
        Ok(document) => document,
        Err(error) => return vec![error.finding(place)],
    };
    let roots = record_roots(&document);
    let children = || {
        let all = roots.iter().flat_map(|root| root.children());
        all.filter(|node| node.is_element())
    };
    let count = children().count();
    let mut names: Vec<&str> = children()
        .take(1000)
        .map(|it| it.tag_name().name())
        .collect();
    names.sort_unstable();
    names.dedup();
    let is_group = |node: &roxmltree::Node<'_, '_>| node.children().any(|it| it.is_element());
    let leaves = children().filter(|node| !is_group(node)).count();
    let reason = match (count, names.as_slice(), leaves) {
        (0, _, _) => "no element stands at the second level, so there is no record".to_owned(),
        (_, [_], 0) => return Vec::new(),
        (_, _, 0) => format!(
            "the {count} elements of the second level have {} names",
            names.len()
        ),
        (_, _, leaves) => {
            format!("{leaves} of the {count} elements of the second level hold no elements")
        }
    };
    let message = format!(
        "the batch would read {count} records (elements of the second level), and {reason}; at the first level there would be {}",
        roots.len()
    );
    let finding = Finding::new(
        FormsProblem::BatchRecordLevel,
        Grade::Warning,
        place,
        message,
    );
    vec![finding]
}
