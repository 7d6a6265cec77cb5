//! The way to the identity service: its name, its addresses, and the proxy.

use std::net::IpAddr;

use adobe_ims::Problem;
use adobe_ims::internal::network::{ConnectionFacts, Route};

use super::way::Need;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::environment::Variables;

const ID: CheckId = CheckId::Route;

/// Plain http to this machine is the only one, so this variable has no effect.
const HTTP_PROXY: [&str; 2] = ["HTTP_PROXY", "http_proxy"];

/// A way to a host, and what was met on it.
pub(super) struct Examined<'a> {
    /// `host` or `host:port`.
    pub(super) host: &'a str,
    pub(super) route: &'a Route,
    pub(super) facts: &'a ConnectionFacts,
    /// A variable that names a proxy for plain http only, if no other is set.
    pub(super) ignored_variable: Option<&'static str>,
}

/// Returns the variable for plain http, if no proxy is named for https.
pub(super) fn ignored_variable(route: &Route, variables: &Variables) -> Option<&'static str> {
    match route {
        Route::NoProxyNamed => HTTP_PROXY.into_iter().find(|name| variables.has(name)),
        _ => None,
    }
}

/// Returns the check of a way that led to a server.
pub(super) fn good(way: &Examined<'_>) -> Check {
    with_facts(Check::ok(ID, summary(way.host, way.route)), way)
}

/// Returns the check of a way that led nowhere: a name has no address, or the proxy is not one.
pub(super) fn failed(way: &Examined<'_>, need: Need, message: &str, cause: FoundCause) -> Check {
    let cause = match (way.route, way.ignored_variable) {
        (Route::InvalidProxy { variable, .. }, _) => cause.fix_first(format!(
            "correct {variable}, or unset it if the host can be reached without a proxy"
        )),
        (Route::Proxy { variable, .. }, _) if cause.cause == Problem::NameUnknown.into() => {
            cause.fix_first(format!("check the name of the proxy in {variable}"))
        }
        (_, Some(name)) => cause.fix_first(format!(
            "{name} counts for plain http only: if a proxy is needed, name it in HTTPS_PROXY"
        )),
        _ => cause,
    };
    with_facts(need.check(ID, message, cause), way)
}

/// Returns the way in one sentence.
fn summary(host: &str, route: &Route) -> String {
    match route {
        Route::ThisMachine => format!("{host} is this machine and needs no proxy"),
        Route::NoProxyNamed => format!("{host} is reached directly: no variable names a proxy"),
        Route::Excepted { variable, .. } => {
            format!("{host} is reached directly: {variable} excepts it from the proxy")
        }
        Route::Proxy { variable, address } => {
            format!("{host} is reached through the proxy {address} of {variable}")
        }
        Route::InvalidProxy { variable, .. } => {
            format!("{host} needs a proxy, and {variable} names none that can be used")
        }
    }
}

fn with_facts(check: Check, way: &Examined<'_>) -> Check {
    let check = match way.route {
        Route::Excepted {
            variable,
            entry,
            proxy_variable,
        } => check.seen(format!(
            "the entry {entry:?} of {variable} excepts the host from the proxy of {proxy_variable}"
        )),
        Route::InvalidProxy { variable, flaw } => check.seen(format!("{variable}: {flaw}")),
        _ => check,
    };
    let check = match way.ignored_variable {
        Some(name) => check.seen(format!("{name} is set; it counts for plain http only")),
        None => check,
    };
    match resolved(way.route, &way.facts.addresses) {
        Some(fact) => check.seen(fact),
        None => check,
    }
}

fn resolved(route: &Route, addresses: &[IpAddr]) -> Option<String> {
    if addresses.is_empty() {
        return None;
    }
    let addresses: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
    let name = match route {
        Route::Proxy { .. } => "the name of the proxy",
        _ => "the name",
    };
    Some(format!("{name} resolves to {}", addresses.join(", ")))
}

#[cfg(test)]
mod tests {
    use adobe_ims::error::Certainty;

    use super::*;
    use crate::doctor::check::Verdict;

    fn way<'a>(route: &'a Route, facts: &'a ConnectionFacts) -> Examined<'a> {
        Examined {
            host: "ims.example",
            route,
            facts,
            ignored_variable: None,
        }
    }

    #[test]
    fn way_and_its_reason_are_said() {
        let facts = ConnectionFacts {
            addresses: vec![[192, 0, 2, 1].into(), [192, 0, 2, 2].into()],
            ..ConnectionFacts::default()
        };
        let excepted = Route::Excepted {
            variable: "no_proxy",
            entry: ".example".to_owned(),
            proxy_variable: "HTTPS_PROXY",
        };
        let check = good(&way(&excepted, &facts));
        assert_eq!(
            check.summary(),
            "ims.example is reached directly: no_proxy excepts it from the proxy"
        );
        assert_eq!(
            check.evidence(),
            [
                "the entry \".example\" of no_proxy excepts the host from the proxy of HTTPS_PROXY",
                "the name resolves to 192.0.2.1, 192.0.2.2",
            ]
        );
    }

    #[test]
    fn unknown_name_is_no_more_than_a_warning_where_ims_is_not_needed() {
        let (route, facts) = (Route::NoProxyNamed, ConnectionFacts::default());
        let cause = || FoundCause::new(Problem::NameUnknown, Certainty::Certain);
        let mut way = way(&route, &facts);
        way.ignored_variable = Some("HTTP_PROXY");
        let needed = failed(&way, Need::Token, "what", cause());
        assert_eq!(needed.verdict(), Verdict::Problem);
        let first = needed.fixes().next().unwrap();
        assert!(
            first.starts_with("HTTP_PROXY counts for plain http only"),
            "{first}"
        );
        let other = failed(&way, Need::Nothing, "what", cause());
        assert_eq!(other.verdict(), Verdict::Warning);
        assert_eq!(other.causes().len(), 1);
    }
}
