//! The parts of a request that is not sent: `--dry-run` and `--as-curl`.

use std::path::Path;

use aem_forms::multipart::DocumentPart;
use serde::Serialize;

use super::aem::Aem;
use crate::args::TextFormat;
use crate::console::rows::clean;
use crate::console::table::aligned;
use crate::context::Context;
use crate::error::Failure;

/// A request that is shown instead of being sent.
pub(crate) struct ShownRequest<'a> {
    /// The path of the API.
    pub(crate) path: &'a str,
    pub(crate) parts: Vec<DocumentPart>,
    /// The files of the parts that are files, by the names of the parts.
    pub(crate) files: Vec<(String, &'a Path)>,
    /// The texts of parts that are no files, by the names of the parts: `options`, and a DDX that the program wrote.
    pub(crate) texts: Vec<(&'a str, String)>,
    /// The data, if the program made it of a record.
    pub(crate) data: Option<String>,
}

/// In bytes. An argument of a command cannot be much longer everywhere.
const MAX_TEXT: usize = 64 * 1024;

/// `ims.forms.dry-run/1`: fields are added, never removed.
#[derive(Serialize)]
struct DryRunJson<'a> {
    schema: &'static str,
    method: &'static str,
    path: &'a str,
    parts: Vec<PartJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a str>,
    /// The number of documents, for many.
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<u64>,
}

#[derive(Serialize)]
struct PartJson<'a> {
    name: &'a str,
    file_name: Option<&'a str>,
    #[serde(rename = "type")]
    content_type: &'a str,
    bytes: u64,
    reference: Option<&'a str>,
}

impl ShownRequest<'_> {
    /// Prints the parts. `documents` is the number of requests like this one, for many documents.
    pub(crate) fn print(
        &self,
        format: TextFormat,
        documents: Option<u64>,
        context: &Context,
    ) -> Result<(), Failure> {
        match format {
            TextFormat::Json => context.console.json(&self.json(documents)),
            TextFormat::Text => context.console.result(&self.text(documents)),
        }
    }

    fn json(&self, documents: Option<u64>) -> DryRunJson<'_> {
        DryRunJson {
            schema: "ims.forms.dry-run/1",
            method: "POST",
            path: self.path,
            parts: self.parts.iter().map(PartJson::of).collect(),
            data: self.data.as_deref(),
            documents,
        }
    }

    fn text(&self, documents: Option<u64>) -> String {
        let mut lines = vec![format!("POST {}", self.path)];
        let rows: Vec<[String; 4]> = self.parts.iter().map(row).collect();
        lines.push(aligned(&rows));
        if let Some(data) = &self.data {
            lines.push(format!("\ndata:\n{}", data.trim_end()));
        }
        if let Some(count) = documents {
            lines.push(format!("\nthe first of {count} documents"));
        }
        lines.push("nothing was sent".to_owned());
        lines.join("\n")
    }

    /// Prints the request as a curl command for a POSIX shell.
    pub(crate) fn print_curl(
        &self,
        aem: &Aem<'_>,
        out: Option<&Path>,
        context: &Context,
    ) -> Result<(), Failure> {
        let mut lines = vec!["curl --fail-with-body --silent --show-error".to_owned()];
        for file in aem.ca_files() {
            lines.push(format!("--cacert {}", quoted(&file.to_string_lossy())));
        }
        if let Some(out) = out {
            lines.push(format!(
                "--create-dirs --output {}",
                quoted(&out.to_string_lossy())
            ));
        }
        lines.push("--header \"Authorization: Bearer $IMS_ACCESS_TOKEN\"".to_owned());
        for part in &self.parts {
            lines.push(self.curl_part(part)?);
        }
        lines.push(quoted(&format!("{}{}", aem.origin(), self.path)));
        context.console.result(&lines.join(" \\\n  "))?;
        context
            .console
            .notice("`ims exec -- sh -c '…'` runs it with a token in IMS_ACCESS_TOKEN");
        Ok(())
    }

    fn text_of(&self, part: &str) -> Option<&str> {
        let text = self.texts.iter().find(|(name, _)| *name == part);
        text.map(|(_, text)| text.as_str())
            .or(self.data.as_deref().filter(|_| part == "data"))
    }

    fn curl_part(&self, part: &DocumentPart) -> Result<String, Failure> {
        let name = &part.name;
        if let Some(reference) = &part.reference {
            return Ok(format!(
                "--form-string {}",
                quoted(&format!("{name}={reference}"))
            ));
        }
        let kind = &part.content_type;
        let file_name = part.file_name.as_deref().unwrap_or_default();
        let file_name = file_name.replace('\\', "\\\\").replace('"', "\\\"");
        let file = self.files.iter().find(|(part, _)| part == name);
        let content = match file {
            Some((_, path)) => {
                let path = path
                    .to_string_lossy()
                    .replace('\\', "\\\\")
                    .replace('"', "\\\"");
                format!("@\"{path}\"")
            }
            None if self.text_of(name).is_some_and(|it| it.len() <= MAX_TEXT) => {
                let text = self.text_of(name).unwrap_or_default();
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                format!("\"{text}\"")
            }
            None => {
                let message = format!("--as-curl cannot show the part {name}, which is no file");
                return Err(Failure::usage(message).with_hint("write it into a file first"));
            }
        };
        let form = format!("{name}={content};type={kind};filename=\"{file_name}\"");
        Ok(format!("--form {}", quoted(&form)))
    }
}

impl<'a> PartJson<'a> {
    fn of(part: &'a DocumentPart) -> Self {
        Self {
            name: &part.name,
            file_name: part.file_name.as_deref(),
            content_type: &part.content_type,
            bytes: part.length,
            reference: part.reference.as_deref(),
        }
    }
}

fn row(part: &DocumentPart) -> [String; 4] {
    let content = part.reference.as_ref().or(part.file_name.as_ref());
    [
        format!("  {}", clean(&part.name)),
        clean(content.map_or("", String::as_str)),
        clean(&part.content_type),
        match part.reference {
            Some(_) => "a reference".to_owned(),
            None => format!("{} bytes", part.length),
        },
    ]
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
