//! The connection to the identity service or to the proxy before it.

use std::time::Duration;

use adobe_ims::error::ServerResponse;
use adobe_ims::internal::network::{ConnectionFacts, Route};
use adobe_ims::internal::time;

use super::way::Need;
use crate::doctor::check::{Check, CheckId, FoundCause};

const ID: CheckId = CheckId::Connection;

/// A connection and its end.
pub(super) struct Examined<'a> {
    pub(super) host: &'a str,
    pub(super) route: &'a Route,
    pub(super) facts: &'a ConnectionFacts,
    /// The time limit of a request.
    pub(super) timeout: Duration,
}

/// Returns the check of a connection that was made. `answer` is the answer to the first request, if one came.
pub(super) fn good(connection: &Examined<'_>, answer: Option<&ServerResponse>) -> Check {
    let host = connection.host;
    let summary = match connection.route {
        Route::Proxy { address, .. } => {
            format!("the proxy {address} opened a tunnel to {host}")
        }
        _ => format!("{host} accepts connections"),
    };
    let check = with_facts(Check::ok(ID, summary), connection);
    match answer {
        Some(server) => check.seen(format!("{} answered {}", server.endpoint, server.status)),
        None => check,
    }
}

/// Returns the check of a connection that failed.
pub(super) fn failed(
    connection: &Examined<'_>,
    need: Need,
    message: &str,
    cause: FoundCause,
) -> Check {
    let check = need.check(ID, message, cause);
    let check = match connection.route {
        Route::Proxy { variable, address } => {
            check.seen(format!("{variable} names the proxy {address}"))
        }
        _ => check,
    };
    with_facts(check, connection)
}

fn with_facts(check: Check, connection: &Examined<'_>) -> Check {
    let check = match connection.facts.peer {
        Some(peer) => check.seen(format!("connected to {peer}")),
        None => check,
    };
    let limit = time::human(connection.timeout);
    check.seen(format!("each request has a time limit of {limit}"))
}
