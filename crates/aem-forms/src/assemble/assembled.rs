use core::fmt;
use std::collections::HashSet;

use adobe_ims::error::ServerText;

use super::names::{kind, result_name};
use crate::client::refusal::MAX_LOG;
use crate::error::{FormsProblem, Log, Result};
use crate::multipart::header::PartHead;
use crate::options::AssemblyOptions;
use crate::received::Received;
use crate::received::content::is_web_page;
use crate::received::document::read_log;
use crate::received::reader::AnswerReader;

/// The answer to an [`Assembly`](super::Assembly): its results, one after the other.
///
/// ```no_run
/// use std::path::Path;
///
/// use aem_forms::{Assembly, FormsClient};
///
/// # async fn example(client: FormsClient, assembly: Assembly) -> aem_forms::Result<()> {
/// let mut assembled = client.assemble(&assembly).await?;
/// while let Some(mut result) = assembled.next().await? {
///     // A name of the DDX is the caller's own; another one may hold anything.
///     let path = match result.name() {
///         Some("both.pdf") => Path::new("both.pdf"),
///         _ => continue,
///     };
///     result.write_to_file(path).await?;
/// }
/// let summary = assembled.finish()?;
/// # Ok(())
/// # }
/// ```
pub struct Assembled {
    reader: AnswerReader,
    expected: Vec<String>,
    seen: HashSet<String>,
    names: Vec<String>,
    is_validation: bool,
    is_tolerant: bool,
    has_ended: bool,
}

/// The outcome of an assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssemblySummary {
    /// The names of the results that came, in their order.
    pub results: Vec<String>,
    /// The names of the results that did not come. Without `failOnError=false` there are none.
    pub missing: Vec<String>,
    /// The logs and the other texts of the answer.
    pub logs: Vec<Log>,
    /// The id by which Adobe finds the request.
    pub request_id: Option<ServerText>,
}

impl Assembled {
    pub(super) fn new(
        reader: AnswerReader,
        expected: Vec<String>,
        options: &AssemblyOptions,
    ) -> Self {
        Self {
            reader,
            expected,
            seen: HashSet::new(),
            names: Vec::new(),
            is_validation: options.is_validation(),
            is_tolerant: options.is_tolerant(),
            has_ended: false,
        }
    }

    /// Returns the next result, or `None` behind the last one. A result that is not read is skipped.
    ///
    /// # Errors
    /// - [`FormsProblem::AnswerTruncated`] if the answer ended before its last part
    /// - [`FormsProblem::AnswerMalformed`] for two results of one name
    /// - [`FormsProblem::AnswerNotDocument`] and [`FormsProblem::AnswerEmpty`] for a part that is not what its name or its
    ///   type says
    pub async fn next(&mut self) -> Result<Option<Received<'_>>> {
        let Some((mut head, name)) = self.next_result().await? else {
            self.has_ended = true;
            return Ok(None);
        };
        if !self.seen.insert(name.clone()) {
            let message = "it has two results of one name";
            return Err(self.reader.error(FormsProblem::AnswerMalformed, message));
        }
        self.names.push(name.clone());
        let kind = kind(head.media_type().as_deref(), &name);
        head.name = Some(name);
        Received::among(&mut self.reader, kind, head)
            .await
            .map(Some)
    }

    async fn next_result(&mut self) -> Result<Option<(PartHead, String)>> {
        while let Some(head) = self.reader.next_part().await? {
            let name = if self.reader.is_multipart() {
                result_name(&head, &self.expected)
            } else {
                self.only_name(&head)?
            };
            if let Some(name) = name {
                return Ok(Some((head, name)));
            }
            if !self.reader.is_multipart() {
                self.read_validation().await?;
                continue;
            }
            let name = head.name.unwrap_or_default();
            read_log(&mut self.reader, &name).await?;
        }
        Ok(None)
    }

    /// Reads the answer to a validation that has no parts. Adobe does not document one.
    async fn read_validation(&mut self) -> Result<()> {
        let text = self.reader.text(MAX_LOG).await?;
        if is_web_page(text.as_bytes()) {
            let message = "the content is a web page";
            return Err(self.reader.error(FormsProblem::AnswerNotDocument, message));
        }
        if !text.trim().is_empty() {
            let log = self.reader.exchange.log("", &text);
            self.reader.logs.push(log);
        }
        Ok(())
    }

    /// Returns the name of a document that is the whole answer.
    fn only_name(&self, head: &PartHead) -> Result<Option<String>> {
        if self.is_validation {
            return Ok(None);
        }
        match &self.expected[..] {
            [] => Ok(Some(
                head.file_name
                    .clone()
                    .unwrap_or_else(|| "result.pdf".to_owned()),
            )),
            [only] => Ok(Some(only.clone())),
            several => {
                let message = format!(
                    "it is one content without a name, where the DDX has {} results",
                    several.len()
                );
                Err(self.reader.error(FormsProblem::AnswerMalformed, &message))
            }
        }
    }

    /// Compares the results with those that the DDX names, after the last one.
    ///
    /// # Errors
    /// - [`FormsProblem::ResultsMissing`] if results did not come, unless the request allows it with `failOnError=false`
    /// - [`FormsProblem::AnswerTruncated`] if the results were not read to the end
    pub fn finish(self) -> Result<AssemblySummary> {
        if !self.has_ended {
            let message = "its results were not read to the end";
            return Err(self.reader.error(FormsProblem::AnswerTruncated, message));
        }
        let expected = self.expected.iter();
        let missing: Vec<_> = expected
            .filter(|name| !self.is_validation && !self.seen.contains(*name))
            .cloned()
            .collect();
        let is_empty = self.names.is_empty() && !self.is_validation;
        if is_empty || !missing.is_empty() && !self.is_tolerant {
            let message = if missing.is_empty() {
                "it has no result".to_owned()
            } else {
                format!("it lacks results of the DDX: {}", missing.join(", "))
            };
            return Err(self.reader.error(FormsProblem::ResultsMissing, &message));
        }
        Ok(AssemblySummary {
            results: self.names,
            missing,
            request_id: self.reader.exchange.request_id(),
            logs: self.reader.logs,
        })
    }
}

impl fmt::Debug for Assembled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assembled")
            .field("expected", &self.expected)
            .field("results", &self.names)
            .finish_non_exhaustive()
    }
}
