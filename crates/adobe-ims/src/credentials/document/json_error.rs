use serde_json::error::Category;

use super::json_damage::JsonDamage;
use crate::error::{Error, Problem};

/// Creates the error of a document that cannot be parsed. It quotes nothing of the document.
pub(super) fn not_json(text: &str, error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Syntax => {
            let damage = JsonDamage::of(text, error);
            Error::new(
                Problem::DocumentNotJson,
                format!("the credential document is not JSON: {damage}"),
            )
        }
        Category::Data => {
            // The name of the field is one of ours. Other texts of the parser would quote the document.
            let text = error.to_string();
            let duplicate = text
                .strip_prefix("duplicate field `")
                .and_then(|rest| rest.split_once('`'));
            let message = match duplicate {
                Some((name, _)) => format!("the credential document gives {name} twice"),
                None => "the credential document has an unexpected value".to_owned(),
            };
            Error::new(
                Problem::DocumentUnknown,
                format!("{message}, at line {line}, column {column}"),
            )
        }
        Category::Eof | Category::Io => {
            let JsonDamage { line, column, what } = JsonDamage::of(text, error);
            let message = format!(
                "the credential document is not complete: {what} at line {line}, column {column}"
            );
            Error::new(Problem::DocumentNotJson, message)
        }
    }
}
