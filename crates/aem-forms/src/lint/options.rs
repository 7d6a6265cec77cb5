use adobe_ims::internal::distance;
use serde_json::{Map, Value};

use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::json_fault;
use crate::known_options::{self, KnownOption, KnownValue, Operation, PRINT_LANGUAGES};

/// Checks the options of a request, as JSON. `place` is the file, or the part `options`.
///
/// ```
/// use aem_forms::error::Place;
/// use aem_forms::known_options::Operation;
/// use aem_forms::lint;
///
/// let json = br#"{"locale": "de", "embedFont": true}"#;
/// let findings = lint::options(Place::file("options.json"), json, Operation::Pdf);
/// assert_eq!(findings[0].problem.id(), "option-unknown");
/// ```
pub fn options(place: Place, json: &[u8], operation: Operation) -> Vec<Finding> {
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    match serde_json::from_slice(json) {
        Ok(Value::Object(members)) => {
            let mut check = Check {
                place,
                findings: Vec::new(),
            };
            check.members(&members, known_options::of(operation), "");
            if operation == Operation::Print {
                check.print_config(members.get("printConfig"));
            }
            check.findings
        }
        Ok(other) => {
            let message = format!("the options are {}, and no JSON object", describe(&other));
            vec![malformed(place, message)]
        }
        Err(error) => {
            let (line, column, reason) = json_fault::describe(&error);
            let place = place.at(line, column);
            vec![malformed(
                place,
                format!("the options are no JSON: {reason}"),
            )]
        }
    }
}

fn malformed(place: Place, message: String) -> Finding {
    Finding::new(
        FormsProblem::OptionsMalformed,
        Grade::Refusal,
        place,
        message,
    )
}

pub(super) struct Check {
    pub(super) place: Place,
    pub(super) findings: Vec<Finding>,
}

impl Check {
    pub(super) fn add(&mut self, problem: FormsProblem, grade: Grade, message: String) {
        let place = self.place.clone();
        self.findings
            .push(Finding::new(problem, grade, place, message));
    }

    /// Checks the members of an object. `path` is what stands before their names.
    pub(super) fn members(
        &mut self,
        members: &Map<String, Value>,
        known: &[KnownOption],
        path: &str,
    ) {
        for (name, value) in members {
            match known.iter().find(|option| option.name == name) {
                Some(option) => self.value(&format!("{path}{name}"), value, option.value),
                None => self.unknown(name, known, path),
            }
        }
    }

    fn unknown(&mut self, name: &str, known: &[KnownOption], path: &str) {
        let shown: String = name.chars().take(80).collect();
        let message = format!("the option {:?} is unknown", format!("{path}{shown}"));
        let finding = Finding::new(
            FormsProblem::OptionUnknown,
            Grade::Warning,
            self.place.clone(),
            message,
        );
        let lower = name.to_ascii_lowercase();
        let near = known
            .iter()
            .map(|option| {
                (
                    distance(&lower, &option.name.to_ascii_lowercase()),
                    option.name,
                )
            })
            .filter(|(steps, _)| *steps <= 2)
            .min();
        self.findings.push(match near {
            Some((_, near)) => finding.with_hint(format!("Did you mean {path}{near}?")),
            None => finding,
        });
    }

    fn value(&mut self, path: &str, value: &Value, known: KnownValue) {
        let expected = match (known, value) {
            (KnownValue::Boolean, Value::Bool(_))
            | (KnownValue::Text | KnownValue::OptionalText, Value::String(_))
            | (KnownValue::OptionalText, Value::Null) => return,
            (KnownValue::Integer(least), Value::Number(number))
                if number.as_i64().is_some_and(|number| number >= least) =>
            {
                return;
            }
            (KnownValue::OneOf(values), Value::String(text)) if values.contains(&text.as_str()) => {
                return;
            }
            (KnownValue::Object(known), Value::Object(members)) => {
                return self.members(members, known, &format!("{path}."));
            }
            (KnownValue::Boolean, _) => "true or false".to_owned(),
            (KnownValue::Text | KnownValue::OptionalText, _) => "a text".to_owned(),
            (KnownValue::Integer(least), _) => format!("a whole number, {least} or more"),
            (KnownValue::OneOf(values), _) => format!("one of {}", values.join(", ")),
            (KnownValue::Object(_), _) => "an object".to_owned(),
        };
        let message = format!(
            "the option {path:?} is {}; it must be {expected}",
            describe(value)
        );
        self.add(FormsProblem::OptionValue, Grade::Refusal, message);
    }

    /// Checks that print options name a language, and a device file of this language.
    pub(super) fn print_config(&mut self, config: Option<&Value>) {
        let Some(Value::Object(config)) = config else {
            if config.is_none() {
                let message = "the option \"printConfig\" is missing; it must name \"renderType\" and \"xdcUri\"";
                self.add(
                    FormsProblem::OptionValue,
                    Grade::Refusal,
                    message.to_owned(),
                );
            }
            return;
        };
        for name in ["renderType", "xdcUri"] {
            if !config.contains_key(name) {
                let message = format!("the option \"printConfig.{name}\" is missing");
                self.add(FormsProblem::OptionValue, Grade::Refusal, message);
            }
        }
        let text = |name| config.get(name).and_then(Value::as_str);
        let (Some(language), Some(xdc)) = (text("renderType"), text("xdcUri")) else {
            return;
        };
        let mut languages = PRINT_LANGUAGES.iter();
        let language = languages.find(|it| it.name == language);
        if let (Some(language), Some(other)) = (language, known_options::language_of_xdc(xdc))
            && language.name != other.name
        {
            let message = format!(
                "the device file {xdc:?} is for {}, and the print language is {}; its device files are {}",
                other.name,
                language.name,
                language.xdc.join(", ")
            );
            self.add(FormsProblem::XdcMismatch, Grade::Warning, message);
        }
    }
}

/// Returns a value as it is shown. A long text is cut off.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Number(it) => it.to_string(),
        Value::String(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
