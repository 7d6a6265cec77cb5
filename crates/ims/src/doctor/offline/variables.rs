//! Environment variables that explain a failure, contradict one another, or make other programs print secrets.

use std::collections::BTreeMap;

use adobe_ims::Error;
use adobe_ims::error::Certainty;
use adobe_ims::internal::check_proxy;
use adobe_ims::transport::ProxySettings;
use adobe_ims::{Credentials, Environment};
use http::Uri;

use super::evidence::quoted;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::environment::variables;
use crate::error::Failure;
use crate::settings::CacheSettings;

const ID: CheckId = CheckId::Variables;

/// The variables for the same value. The first one counts.
const SAME_VALUE: [&[&str]; 7] = [
    &variables::CLIENT_ID,
    &variables::CLIENT_SECRET,
    &variables::ORG_ID,
    &variables::TECHNICAL_ACCOUNT_ID,
    &[variables::ACCESS_TOKEN, "IMS_ACCESSTOKEN"],
    &["https_proxy", "HTTPS_PROXY"],
    &["no_proxy", "NO_PROXY"],
];

/// A value in a variable, and the file of such a value in another one. The first one counts.
const VALUE_AND_FILE: [(&str, &str); 2] = [
    (variables::CLIENT_SECRET[0], variables::CLIENT_SECRET_FILE),
    (variables::PRIVATE_KEY, variables::PRIVATE_KEY_FILE[0]),
];

type Values = BTreeMap<String, String>;

/// Something odd about variables. Its text holds no value that may be a secret.
#[derive(Debug, PartialEq, Eq)]
struct Oddity {
    text: String,
    fix: String,
}

impl Oddity {
    fn new(text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            fix: fix.into(),
        }
    }
}

/// Looks at the variables of this command, of proxies and of other programs.
pub(super) fn variables(subject: &Subject<'_>) -> Check {
    let context = subject.context;
    let values: Values = context.variables.texts().collect();
    let remarks = context.variables.remarks().into_iter();
    let mut oddities: Vec<_> = remarks
        .map(|remark| Oddity::new(remark, "set the variable that you mean, or unset this one"))
        .collect();
    oddities.extend(debugging(&values));
    oddities.extend(contradictions(&values));
    let check = match unusable(subject, &values) {
        Some((failure, proxy)) => {
            let cause = FoundCause::summarized(&failure, Certainty::Certain);
            Some(problem(&failure, proxy, cause))
        }
        None => None,
    };
    report(check, oddities)
}

fn problem(failure: &Failure, proxy: Option<&str>, cause: FoundCause) -> Check {
    match proxy {
        Some(name) => {
            let summary = format!("{name}: {}", failure.message());
            let fix =
                format!("correct {name}, or unset it if the host can be reached without a proxy");
            Check::problem(ID, summary, cause.fix_first(fix))
        }
        None => Check::problem(ID, failure.message(), cause),
    }
}

fn report(problem: Option<Check>, oddities: Vec<Oddity>) -> Check {
    let mut oddities = oddities.into_iter();
    let check = problem.or_else(|| {
        let first = oddities.next()?;
        Some(Check::warning(ID, first.text).fix(first.fix))
    });
    match check {
        None => Check::ok(ID, "no variable is empty, misspelt or unusable"),
        Some(check) => oddities.fold(check, |check, it| check.seen(it.text).fix(it.fix)),
    }
}

/// Returns the failure of a variable that every request for a token runs into, and the variable if it names a proxy.
fn unusable<'a>(subject: &Subject<'_>, values: &'a Values) -> Option<(Failure, Option<&'a str>)> {
    if let Err(failure) = CacheSettings::check_variable(&subject.context.variables) {
        return Some((failure, None));
    }
    let service = identity_service(subject);
    let (error, name) = unusable_proxy(values, &service)?;
    Some((error.into(), Some(name)))
}

/// Returns the identity service that a request would go to.
fn identity_service(subject: &Subject<'_>) -> Environment {
    let of_credentials = || match subject.credentials()? {
        Credentials::Service(it) => Some(it.environment().clone()),
        Credentials::OauthServerToServer(it) => Some(it.client().environment().clone()),
        _ => None,
    };
    let named = subject.settings.connection.service().ok().flatten();
    named
        .or_else(of_credentials)
        .unwrap_or_else(Environment::production)
}

/// Returns the error of the proxy that requests to an identity service need, and the variable that names it.
fn unusable_proxy<'a>(values: &'a Values, service: &Environment) -> Option<(Error, &'a str)> {
    let url: Uri = service.base_url().parse().ok()?;
    let settings = ProxySettings::from_environment(|name| values.get(name).cloned());
    let error = check_proxy(&settings, &url).err()?;
    let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let mut set = names
        .into_iter()
        .filter_map(|name| values.get_key_value(name));
    let (name, _) = set.find(|(_, value)| !value.trim().is_empty())?;
    Some((error, name))
}

/// Returns the variables that make other programs print what they send and receive.
fn debugging(values: &Values) -> Vec<Oddity> {
    let value = |name: &str| values.get(name).filter(|value| !value.is_empty());
    let fix = |name: &str| format!("unset {name} where the output may be seen by others");
    let mut found = Vec::new();
    if let Some(name) = value("DEBUG").and_then(|text| debugged_requests(text)) {
        let text = format!(
            "DEBUG with {} makes programs of Node.js print requests with their secrets",
            quoted(name)
        );
        found.push(Oddity::new(text, fix("DEBUG")));
    }
    if let Some(name) = value("NODE_DEBUG").and_then(|text| node_debugged_requests(text)) {
        let text =
            format!("NODE_DEBUG with {name} makes Node.js print requests with their headers");
        found.push(Oddity::new(text, fix("NODE_DEBUG")));
    }
    let level = value("AIO_LOG_LEVEL");
    let is_verbose = |level: &&String| {
        ["debug", "verbose", "silly"].contains(&level.to_ascii_lowercase().as_str())
    };
    if let Some(level) = level.filter(is_verbose) {
        let text = format!("AIO_LOG_LEVEL={level} makes Adobe's aio print tokens and requests");
        found.push(Oddity::new(text, fix("AIO_LOG_LEVEL")));
    }
    if value("SSLKEYLOGFILE").is_some() {
        let text = "SSLKEYLOGFILE makes curl, Python and others write down the keys of their TLS connections";
        found.push(Oddity::new(text, fix("SSLKEYLOGFILE")));
    }
    found
}

/// Returns the name with which the npm package `debug` prints requests: everything, Adobe's libraries, or an HTTP client.
fn debugged_requests(value: &str) -> Option<&str> {
    let clients = [
        "aio",
        "axios",
        "fetch",
        "follow-redirects",
        "got",
        "http",
        "needle",
        "request",
        "superagent",
    ];
    let mut names = value
        .split([',', ' '])
        .filter(|name| !name.starts_with('-'));
    names.find(|name| {
        *name == "*" || name.contains("adobe") || clients.iter().any(|it| name.starts_with(it))
    })
}

/// Returns the name with which Node.js prints requests.
fn node_debugged_requests(value: &str) -> Option<&'static str> {
    let known = [
        "*", "http", "https", "http2", "fetch", "undici", "tls", "net",
    ];
    let value = value.to_ascii_lowercase();
    let mut names = value.split([',', ' ']);
    names.find_map(|name| known.into_iter().find(|it| *it == name))
}

/// Returns the variables for the same value that have different ones.
fn contradictions(values: &Values) -> Vec<Oddity> {
    let is_set = |name: &str| values.get(name).is_some_and(|value| !value.is_empty());
    let mut found = Vec::new();
    for names in SAME_VALUE {
        let mut set = names.iter().copied().filter(|name| is_set(name));
        let (Some(first), Some(second)) = (set.next(), set.next()) else {
            continue;
        };
        if values[first] != values[second] {
            let text = format!("{first} and {second} have different values, and {first} counts");
            found.push(Oddity::new(text, format!("unset {first} or {second}")));
        }
    }
    for (value, file) in VALUE_AND_FILE {
        if is_set(value) && is_set(file) {
            let text = format!("{value} and {file} are both set, and {value} counts");
            found.push(Oddity::new(text, format!("unset {value} or {file}")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    fn values(pairs: &[(&str, &str)]) -> Values {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn variables_that_print_requests_are_found() {
        for (name, value, is_found) in [
            ("DEBUG", "*", true),
            ("DEBUG", "app:*,@adobe/aio-lib-ims*", true),
            ("DEBUG", "aio-lib-core-networking", true),
            ("DEBUG", "http", true),
            ("DEBUG", "", false),
            ("DEBUG", "1", false),
            ("DEBUG", "true", false),
            ("DEBUG", "app:*", false),
            ("DEBUG", "app:*,-http", false),
            ("NODE_DEBUG", "http", true),
            ("NODE_DEBUG", "fs,HTTPS", true),
            ("NODE_DEBUG", "fs", false),
            ("AIO_LOG_LEVEL", "debug", true),
            ("AIO_LOG_LEVEL", "Silly", true),
            ("AIO_LOG_LEVEL", "info", false),
            ("SSLKEYLOGFILE", "/tmp/keys", true),
            ("LOG_LEVEL", "debug", false),
        ] {
            let found = debugging(&values(&[(name, value)]));
            assert_eq!(!found.is_empty(), is_found, "{name}={value}");
        }
    }

    #[test]
    fn different_values_for_the_same_are_found_and_not_shown() {
        for (pairs, expected) in [
            (
                &[
                    ("IMS_CLIENT_SECRET", "SECRET?1"),
                    ("IMS_CLIENTSECRET", "SECRET?2"),
                ][..],
                Some(
                    "IMS_CLIENT_SECRET and IMS_CLIENTSECRET have different values, and IMS_CLIENT_SECRET counts",
                ),
            ),
            (&[("IMS_CLIENT_ID", "a"), ("IMS_CLIENTID", "a")], None),
            (&[("IMS_CLIENT_ID", "a"), ("IMS_CLIENTID", "")], None),
            (&[("HTTPS_PROXY", "a")], None),
            (
                &[("HTTPS_PROXY", "a"), ("https_proxy", "b")],
                Some("https_proxy and HTTPS_PROXY have different values, and https_proxy counts"),
            ),
            (
                &[("IMS_PRIVATE_KEY", "a"), ("IMS_PRIVATE_KEY_FILE", "b")],
                Some(
                    "IMS_PRIVATE_KEY and IMS_PRIVATE_KEY_FILE are both set, and IMS_PRIVATE_KEY counts",
                ),
            ),
        ] {
            let found = contradictions(&values(pairs));
            let text = found.first().map(|it| it.text.as_str());
            assert_eq!(text, expected, "{pairs:?}");
        }
    }

    #[test]
    fn proxy_is_checked_for_the_identity_service_that_needs_it() {
        let service = Environment::production();
        let name = |pairs: &[(&str, &str)]| {
            let values = values(pairs);
            unusable_proxy(&values, &service).map(|(_, name)| name.to_owned())
        };
        let bad = "socks5://user:SECRET@host:1";
        assert_eq!(
            name(&[("HTTPS_PROXY", bad)]).as_deref(),
            Some("HTTPS_PROXY")
        );
        assert_eq!(
            name(&[("ALL_PROXY", bad), ("https_proxy", " ")]).as_deref(),
            Some("ALL_PROXY")
        );
        assert_eq!(name(&[("HTTPS_PROXY", "http://host:1")]), None);
        assert_eq!(
            name(&[("HTTPS_PROXY", bad), ("NO_PROXY", ".adobelogin.com")]),
            None
        );
        assert_eq!(name(&[]), None);
    }

    #[test]
    fn every_oddity_is_in_the_check() {
        assert_eq!(report(None, Vec::new()).verdict(), Verdict::Ok);
        let oddities = vec![Oddity::new("a", "x"), Oddity::new("b", "y")];
        let check = report(None, oddities);
        assert_eq!((check.verdict(), check.summary()), (Verdict::Warning, "a"));
        assert_eq!(check.evidence(), ["b"]);
        assert_eq!(check.fixes().collect::<Vec<_>>(), ["x", "y"]);
    }
}
