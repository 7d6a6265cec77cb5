use adobe_ims::internal::is_path_doubled;

use crate::error::{Finding, FormsProblem, Grade, Place};

/// The API that a request goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// Generation, assembly and PDF/A.
    Synchronous,
    /// Batches.
    Batch,
}

/// The proof of identity of the program that asks for documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Login {
    /// A technical account with a key (JWT).
    TechnicalAccount,
    /// OAuth server-to-server.
    OAuth,
    /// It is not known.
    Unknown,
}

/// The paths that are not served, and what is known of them. The longest of two that begin alike stands first.
const WITHDRAWN: &[(&str, &str)] = &[
    (
        "/adobe/forms/doc/generatepdfoutput",
        "a form of the path that was withdrawn; it lacks /v1",
    ),
    (
        "/adobe/forms/document/generate/afp",
        "a misprint of /adobe/forms/doc/v1/generate/afp",
    ),
    (
        "/adobe/forms/document/assure",
        "the first generation of document assurance, which was withdrawn",
    ),
    (
        "/adobe/forms/doc/v1/assure",
        "from a draft of the documentation; the path is /adobe/document/assure",
    ),
    (
        "/adobe/forms/doc/v1/extract",
        "from a draft of the documentation; the path is /adobe/document/extract",
    ),
    (
        "/adobe/forms/doc/v1/convert/pdftoxdp",
        "from a draft of the documentation; the path is /adobe/document/convert/pdftoxdp",
    ),
    (
        "/adobe/forms/doc/v1/transform/metadata",
        "from a draft of the documentation; the path is /adobe/document/transform/metadata",
    ),
    (
        "/adobe/forms/batch/output/config/configs",
        "a misprint of /adobe/forms/batch/output/configs",
    ),
    (
        "/adobe/forms/docservices/pdfutil",
        "that of a service that was withdrawn",
    ),
    (
        "/adobe/communications",
        "one that no document of Adobe names",
    ),
    (
        "/adobe/forms/batch/v1",
        "one that no document of Adobe names",
    ),
    (
        "/adobe/forms/assembler/v1",
        "one that no document of Adobe names",
    ),
    (
        "/adobe/forms/assembler/pdfa/extract",
        "one that no document of Adobe names",
    ),
];

/// Checks the target that a user named, a URL or a host, for an API.
pub fn target(target: &str, api: Api, login: Login) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |problem, grade, message: String| {
        findings.push(Finding::new(problem, grade, Place::default(), message));
    };
    let (host, path) = split(target);
    let lower = path.to_ascii_lowercase();
    if let Some((withdrawn, what)) = WITHDRAWN.iter().find(|(path, _)| lower.contains(path)) {
        let message = format!("the target has the path {withdrawn}, which is {what}");
        add(FormsProblem::PathWithdrawn, Grade::Refusal, message);
    } else if is_path_doubled(path) {
        let message = format!("the path of the API stands twice in the target: {path}");
        add(FormsProblem::PathDoubled, Grade::Refusal, message);
    } else if format!("{lower}/").contains("/adobe/") {
        let message =
            format!("the target already has a path of the API, which would be doubled: {path}");
        add(FormsProblem::PathDoubled, Grade::Refusal, message);
    }
    if api == Api::Batch && host.starts_with("publish-") {
        let author = host.replacen("publish-", "author-", 1);
        let message =
            format!("{host} is on the publish tier, and batches run on author only: {author}");
        add(FormsProblem::HostTier, Grade::Warning, message);
    }
    if login == Login::OAuth {
        let message = "the credentials are of OAuth server-to-server; Adobe documents this API for technical accounts with a key (JWT)";
        add(FormsProblem::HostTier, Grade::Warning, message.to_owned());
    }
    findings
}

/// Returns the host in lower case, and the path.
fn split(target: &str) -> (String, &str) {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or(authority);
    (host.to_ascii_lowercase(), path)
}
