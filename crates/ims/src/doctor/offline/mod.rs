//! Checks that need no network: they look at documents, keys, certificates, variables and files.

mod sources;
mod facts;
mod client;
mod names;
mod document;
mod document_kind;
mod values;
mod grant;
mod deprecation;
mod environments;
mod environment;
mod identities;
mod scopes;
mod metascopes;
mod client_secrets;

use facts::Facts;

use super::check::Check;
use super::subject::Subject;

/// Makes all checks of the stage.
pub(crate) fn checks(subject: &Subject<'_>) -> Vec<Check> {
    let facts = Facts::collect(subject);
    vec![
        sources::sources(subject),
        document::document(&facts),
        document_kind::document_kind(&facts),
        values::values(&facts),
        grant::grant(&facts),
        deprecation::deprecation(&facts),
        environment::environment(&facts),
        identities::identities(&facts),
        scopes::scopes(&facts),
        metascopes::metascopes(&facts),
        client_secrets::client_secrets(&facts),
    ]
}
