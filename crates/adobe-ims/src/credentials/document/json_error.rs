use serde_json::error::Category;

use crate::error::{Error, Problem};

/// Creates the error of a document that cannot be parsed. The parser's texts about syntax quote nothing of the
/// document. Its texts about data would, so they are not used.
pub(super) fn not_json(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Syntax => {
            let text = error.to_string();
            let reason = text.split(" at line").next().unwrap_or_default();
            Error::new(
                Problem::DocumentNotJson,
                format!(
                    "the credential document is not JSON: {reason} at line {line}, column {column}"
                ),
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
        Category::Eof | Category::Io => Error::new(
            Problem::DocumentNotJson,
            format!("the credential document ends in the middle, at line {line}, column {column}"),
        ),
    }
}
