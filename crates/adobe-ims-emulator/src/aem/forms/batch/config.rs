//! `BatchConfig`: what a batch reads and makes.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::aem::forms::error::FormsError;
use crate::aem::forms::options::{PdfOptions, PrintOptions, RenderType};
use crate::aem_data::batch::{ConfigDocument, OutputState};

/// The members of a configuration that the emulator uses.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchConfig {
    pub(crate) config_name: String,
    pub(crate) data_source_config_uri: String,
    output_types: Vec<OutputType>,
    pub(crate) template: String,
    pub(crate) content_root: Option<String>,
    pub(crate) xci: Option<String>,
    #[serde(default)]
    pub(crate) pdf_output_options: PdfOptions,
    #[serde(default)]
    printed_output_options_list: Vec<PrintOptions>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum OutputType {
    Pdf,
    Print,
}

/// A kind of output.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    Pdf,
    Print(RenderType, PrintOptions),
}

impl BatchConfig {
    /// Reads a configuration and checks it by the rules that Adobe documents.
    pub(crate) fn read(document: &ConfigDocument) -> Result<Self, FormsError> {
        // A struct would also be read from an array.
        let is_object = |member: &str| document.get(member).is_none_or(Value::is_object);
        let list = document.get("printedOutputOptionsList");
        let mut prints = list.and_then(Value::as_array).into_iter().flatten();
        if !is_object("pdfOutputOptions") || !prints.all(Value::is_object) {
            return Err(invalid("The output options are no JSON objects."));
        }
        let config: Self = serde_json::from_value(Value::Object(document.clone()))
            .map_err(|error| invalid(format!("The configuration cannot be read: {error}.")))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), FormsError> {
        if self.config_name.is_empty() || self.config_name.contains('/') {
            return Err(invalid("The member configName is empty or has a slash."));
        }
        if self.data_source_config_uri.is_empty() || self.template.is_empty() {
            return Err(invalid(
                "The member dataSourceConfigUri or template is empty.",
            ));
        }
        let is_relative = !self.template.starts_with("crx:") && !self.template.starts_with('/');
        if is_relative && self.content_root.is_none() {
            return Err(invalid(
                "The template is relative, and contentRoot is missing.",
            ));
        }
        let kinds: BTreeSet<_> = self.output_types.iter().collect();
        if kinds.is_empty() || kinds.len() < self.output_types.len() {
            return Err(invalid(
                "The member outputTypes is empty or names a type twice.",
            ));
        }
        if kinds.contains(&OutputType::Print) && self.printed_output_options_list.is_empty() {
            return Err(invalid("PRINT needs the member printedOutputOptionsList."));
        }
        let mut names = BTreeSet::new();
        for options in &self.printed_output_options_list {
            if !names.insert(options.render_type()?.name()) {
                return Err(invalid(
                    "printedOutputOptionsList names a renderType twice.",
                ));
            }
        }
        Ok(())
    }

    /// Returns the kinds of output.
    pub(crate) fn outputs(&self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for kind in &self.output_types {
            match kind {
                OutputType::Pdf => outputs.push(Output::Pdf),
                OutputType::Print => outputs.extend(self.prints()),
            }
        }
        outputs
    }

    fn prints(&self) -> impl Iterator<Item = Output> {
        let list = self.printed_output_options_list.iter();
        list.filter_map(|options| {
            let config = options.print_config.as_ref()?;
            Some(Output::Print(config.render_type, options.clone()))
        })
    }
}

impl Output {
    /// Returns the counts at the start.
    pub(crate) fn initial_state(&self) -> OutputState {
        let (render_type, folder) = match self {
            Self::Pdf => (None, "pdf"),
            Self::Print(render_type, _) => (Some(render_type.name()), render_type.extension()),
        };
        OutputState {
            render_type,
            folder,
            success: 0,
            failure: 0,
        }
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> FormsError {
    FormsError::bad_request("INVALID_CONFIG", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn configurations_are_checked() {
        let minimal = json!({
            "configName": "c", "dataSourceConfigUri": "d", "outputTypes": ["PDF"], "template": "/content/dam/a.xdp",
        });
        let print = |renders: &[&str]| -> Value {
            renders
                .iter()
                .map(|render| json!({"printConfig": {"renderType": render, "xdcUri": "x.xdc"}}))
                .collect()
        };
        for (changes, expected) in [
            (json!({}), None),
            (json!({"unknown": 1, "dataSource": {}}), None),
            (json!({"configName": null}), Some("null")),
            (json!({"configName": "a/b"}), Some("configName")),
            (json!({"template": "a.xdp"}), Some("contentRoot")),
            (
                json!({"template": "a.xdp", "contentRoot": "/content/dam"}),
                None,
            ),
            (json!({"template": ""}), Some("template")),
            (json!({"outputTypes": []}), Some("outputTypes")),
            (json!({"outputTypes": ["PDF", "PDF"]}), Some("twice")),
            (json!({"outputTypes": ["XML"]}), Some("XML")),
            (
                json!({"outputTypes": ["PRINT"]}),
                Some("printedOutputOptionsList"),
            ),
            (
                json!({"outputTypes": ["PRINT"], "printedOutputOptionsList": print(&["PCL", "ZPL"])}),
                None,
            ),
            (
                json!({"outputTypes": ["PRINT"], "printedOutputOptionsList": print(&["PCL", "PCL"])}),
                Some("twice"),
            ),
            (
                json!({"outputTypes": ["PRINT"], "printedOutputOptionsList": [{}]}),
                Some("printConfig"),
            ),
            (
                json!({"pdfOutputOptions": {"acrobatVersion": "Acrobat_9"}}),
                Some("Acrobat_9"),
            ),
        ] {
            let mut document = minimal.as_object().unwrap().clone();
            document.extend(changes.as_object().unwrap().clone());
            let error = BatchConfig::read(&document)
                .err()
                .map(|error| error.message);
            match (error, expected) {
                (None, None) => {}
                (Some(error), Some(words)) if error.contains(words) => {}
                other => panic!("{changes}: {other:?}"),
            }
        }
    }
}
