use core::fmt;
use std::error::Error as StdError;

use super::Error;

/// The full report of an [`Error`], several lines long: see [`Error::report`].
#[derive(Clone, Copy, Debug)]
pub struct Report<'a>(pub(super) &'a Error);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        let problem = error.problem();
        write!(f, "{error} [{problem}]")?;
        write!(f, "\nmeaning: {}", problem.meaning())?;
        if let Some(server) = error.server() {
            write!(f, "\nserver: {} {}", server.endpoint, server.status)?;
            let texts = [&server.code, &server.description];
            for text in texts.into_iter().flatten() {
                write!(f, ", {text}")?;
            }
            if let Some(id) = &server.debug_id {
                write!(f, "\nx-debug-id: {id}")?;
            }
        }
        for hint in error.hints() {
            write!(f, "\nhint: {hint}")?;
        }
        let mut cause = error.source();
        while let Some(error) = cause {
            write!(f, "\ncaused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::redact::Redactor;
    use crate::error::{Problem, ServerResponse};

    #[test]
    fn report_has_the_cause_the_texts_of_the_server_and_the_hints() {
        let server = ServerResponse {
            endpoint: "https://ims-na1.adobelogin.com/ims/token/v3".to_owned(),
            status: 400,
            code: Redactor::default().shown("invalid_scope"),
            debug_id: Redactor::default().shown("debug-1"),
            ..ServerResponse::default()
        };
        let below = std::io::Error::other("the line below");
        let error = Error::new(Problem::ScopeInvalid, "IMS refused the scopes")
            .with_server(server)
            .with_hint("asked for: a")
            .with_source(below);
        let report = error.report().to_string();
        let lines: Vec<_> = report.lines().collect();
        assert_eq!(lines[0], "IMS refused the scopes [scope-invalid]");
        assert!(lines[1].starts_with("meaning: "), "{report}");
        assert_eq!(
            lines[2..5],
            [
                "server: https://ims-na1.adobelogin.com/ims/token/v3 400, invalid_scope",
                "x-debug-id: debug-1",
                "hint: asked for: a",
            ]
        );
        assert_eq!(lines.last(), Some(&"caused by: the line below"));
    }
}
