//! The report for programs.

use std::time::SystemTime;

use adobe_ims::internal::time;
use serde::Serialize;

use super::expiry::{Horizon, Subject, Timing, may_hide_an_end};
use super::report::{ConfigurationState, Entry, Report, Source};
use crate::auth::offline::{Kind, NotRead, SignIn, TokenState};
use crate::error::Failure;

pub(super) fn of<'a>(report: &'a Report, horizon: &'a Horizon) -> impl Serialize + 'a {
    let path = match &report.configuration {
        ConfigurationState::Read(path)
        | ConfigurationState::Missing(path)
        | ConfigurationState::Unreadable(path) => Some(path.to_string_lossy().into_owned()),
        ConfigurationState::WithoutPath(_) | ConfigurationState::NotNeeded => None,
    };
    let default = report.entries.iter().find(|it| it.is_default());
    StatusJson {
        schema: "ims.status/1",
        configuration: path,
        exists: matches!(report.configuration, ConfigurationState::Read(_)),
        default_profile: default.map(|it| it.name.as_str()),
        check: check(report, horizon),
        credentials: report.entries.iter().map(|it| entry(it, horizon)).collect(),
        problems: &report.problems,
        orphaned_sessions: report
            .orphans
            .iter()
            .map(|(key, session)| OrphanJson {
                name: key.name(),
                ims_url: key.environment(),
                client_id: key.client_id(),
                end: EndJson::new(session.expires_at(), horizon),
            })
            .collect(),
    }
}

/// `ims.status/1`: fields are added, never removed.
#[derive(Serialize)]
struct StatusJson<'a> {
    schema: &'static str,
    configuration: Option<String>,
    exists: bool,
    default_profile: Option<&'a str>,
    check: Option<CheckJson<'a>>,
    credentials: Vec<EntryJson<'a>>,
    problems: &'a [Failure],
    orphaned_sessions: Vec<OrphanJson<'a>>,
}

/// The outcome of `--check-expiry`.
#[derive(Serialize)]
struct CheckJson<'a> {
    /// The period, in seconds.
    within: u64,
    passed: bool,
    due: Vec<DueJson<'a>>,
    /// The credentials that may have an end which is not known here.
    not_checked: Vec<&'a str>,
}

#[derive(Serialize)]
struct DueJson<'a> {
    name: &'a str,
    subject: &'static str,
    ended: bool,
    #[serde(flatten)]
    end: EndJson,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    name: &'a str,
    /// `profile`, or `named` for credentials that a flag or a variable names.
    source: &'static str,
    default: bool,
    selected: bool,
    #[serde(rename = "type")]
    type_name: Option<&'static str>,
    kind: Option<&'static str>,
    place: Option<&'a str>,
    environment: Option<&'a str>,
    client_id: Option<&'a str>,
    org_id: Option<&'a str>,
    scopes: &'a [String],
    targets: Option<&'a [String]>,
    token: TokenJson,
    certificate: Option<EndJson>,
    device_token: Option<EndJson>,
    sign_in: Option<SignInJson<'a>>,
    not_read: Vec<NotReadJson<'a>>,
    problem: Option<&'a Failure>,
}

#[derive(Serialize)]
struct TokenJson {
    /// `valid`, `expired`, `none`, `no-cache` or `not-read`.
    state: &'static str,
    /// True if calls renew the token; `null` if the kind of the credentials is not known.
    renewed: Option<bool>,
    #[serde(flatten)]
    end: EndJson,
}

#[derive(Serialize)]
struct SignInJson<'a> {
    /// `signed-in`, `ended` or `nobody`.
    state: &'static str,
    user_id: Option<&'a str>,
    signed_in_at: Option<String>,
    #[serde(flatten)]
    end: EndJson,
}

#[derive(Serialize)]
struct NotReadJson<'a> {
    key: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct OrphanJson<'a> {
    name: &'a str,
    ims_url: &'a str,
    client_id: &'a str,
    #[serde(flatten)]
    end: EndJson,
}

/// An end; each field is `null` if there is none.
#[derive(Default, Serialize)]
struct EndJson {
    expires_at: Option<String>,
    expires_at_unix: Option<u64>,
    /// The seconds left; zero after the end.
    expires_in: Option<u64>,
}

impl EndJson {
    fn new(at: SystemTime, horizon: &Horizon) -> Self {
        let left = at.duration_since(horizon.now).unwrap_or_default();
        Self {
            expires_at: time::rfc3339(at),
            expires_at_unix: Some(time::unix_seconds(at)),
            expires_in: Some(left.as_secs()),
        }
    }
}

fn check<'a>(report: &'a Report, horizon: &Horizon) -> Option<CheckJson<'a>> {
    let within = horizon.within?;
    let due = report.entries.iter().flat_map(|entry| {
        horizon.due(&entry.facts).map(|(end, timing)| DueJson {
            name: &entry.name,
            subject: match end.subject {
                Subject::Certificate => "certificate",
                Subject::SignIn => "sign-in",
                Subject::Token => "access-token",
                Subject::DeviceToken => "device-token",
            },
            ended: timing == Timing::Ended,
            end: EndJson::new(end.at, horizon),
        })
    });
    let due: Vec<_> = due.collect();
    let hidden = report
        .entries
        .iter()
        .filter(|it| may_hide_an_end(&it.facts));
    Some(CheckJson {
        within: within.as_secs(),
        passed: due.is_empty(),
        due,
        not_checked: hidden.map(|it| it.name.as_str()).collect(),
    })
}

fn entry<'a>(entry: &'a Entry, horizon: &Horizon) -> EntryJson<'a> {
    let facts = &entry.facts;
    let profile = match &entry.source {
        Source::Profile(profile) => Some(profile),
        Source::UnusableProfile { .. } | Source::FlagOrVariable => None,
    };
    let instant = |at: Option<SystemTime>| at.map(|at| EndJson::new(at, horizon));
    EntryJson {
        name: &entry.name,
        source: if entry.is_profile() {
            "profile"
        } else {
            "named"
        },
        default: entry.is_default(),
        selected: entry.is_selected,
        type_name: profile.map(|it| it.type_name),
        kind: facts.kind.map(|it| it.name()),
        place: profile.map(|it| it.location.as_str()),
        environment: facts.environment.as_deref(),
        client_id: facts.client_id.as_deref(),
        org_id: facts.organization_id.as_deref(),
        scopes: &facts.scopes,
        targets: profile.and_then(|it| it.targets.as_deref()),
        token: token(entry, horizon),
        certificate: instant(facts.certificate_ends_at),
        device_token: instant(facts.device_token_ends_at),
        sign_in: facts.sign_in.as_ref().map(|it| sign_in(it, horizon)),
        not_read: facts.not_read.iter().map(NotReadJson::of).collect(),
        problem: facts.problem.as_ref(),
    }
}

fn token(entry: &Entry, horizon: &Horizon) -> TokenJson {
    let facts = &entry.facts;
    let lives = |at: SystemTime| if at > horizon.now { "valid" } else { "expired" };
    let (state, end) = match facts.token {
        TokenState::Unknown => ("not-read", None),
        TokenState::Missing => ("none", None),
        TokenState::CacheOff => ("no-cache", None),
        TokenState::Cached(at) => (lives(at), Some(at)),
        TokenState::Fixed(at) => (at.map_or("valid", lives), at),
    };
    TokenJson {
        state,
        renewed: facts.kind.map(|kind| kind != Kind::Static),
        end: end.map(|at| EndJson::new(at, horizon)).unwrap_or_default(),
    }
}

fn sign_in<'a>(state: &'a SignIn, horizon: &Horizon) -> SignInJson<'a> {
    match state {
        SignIn::Nobody => SignInJson {
            state: "nobody",
            user_id: None,
            signed_in_at: None,
            end: EndJson::default(),
        },
        SignIn::Session {
            user_id,
            signed_in_at,
            ends_at,
        } => SignInJson {
            state: if *ends_at > horizon.now {
                "signed-in"
            } else {
                "ended"
            },
            user_id: user_id.as_deref(),
            signed_in_at: time::rfc3339(*signed_in_at),
            end: EndJson::new(*ends_at, horizon),
        },
    }
}

impl<'a> NotReadJson<'a> {
    fn of(part: &'a NotRead) -> Self {
        Self {
            key: part.key,
            reason: &part.reason,
        }
    }
}
