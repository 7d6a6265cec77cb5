//! The token that is used in place of credentials: what it is, and how long it lives.

use std::time::{Duration, SystemTime};

use adobe_ims::error::Certainty;
use adobe_ims::internal::time;
use adobe_ims::token::inspect::{Inspection, TokenKind};
use adobe_ims::{AccessToken, Credentials, Environment, Error, Problem, Secret};

use super::clock;
use super::evidence::{cause_of, quoted};
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::environment::variables;

const ID: CheckId = CheckId::GivenToken;

/// A token that ends sooner is hardly of use.
const SHORT: Duration = Duration::from_secs(300);

/// The clocks of IMS and of this machine may differ by this much: IMS tolerates 30 s itself (documented).
const TOLERANCE: Duration = Duration::from_secs(60);

/// The signatures of IMS have 256 bytes. Shorter RSA keys than this nobody uses, and a test writes any short text in
/// the place of a signature.
const LONGEST_MOCK: usize = 63;

/// The types of the tokens of IMS that are no access tokens.
const OTHER_KINDS: [&str; 4] = [
    "refresh_token",
    "id_token",
    "device_token",
    "authorization_code",
];

/// The token that is used in place of credentials, and where it is.
pub(super) struct GivenToken {
    pub(super) token: AccessToken,
    place: &'static str,
    /// The text around the token that was left out.
    wrapping: Option<&'static str>,
}

/// Returns the token in `IMS_ACCESS_TOKEN` or in the credentials, if there is one.
pub(super) fn find(subject: &Subject<'_>) -> Option<GivenToken> {
    if let Some(token) = subject.examination.token_of_variable() {
        let token = AccessToken::new(token.ok()?.clone()).ok()?;
        let text = subject.context.variables.text(variables::ACCESS_TOKEN);
        let text = Secret::new(text.ok().flatten().unwrap_or_default());
        return Some(GivenToken {
            wrapping: wrapping(text.expose(), token.as_secret().expose()),
            token,
            place: variables::ACCESS_TOKEN,
        });
    }
    match subject.credentials()? {
        Credentials::AccessToken(token) => Some(GivenToken {
            token: token.clone(),
            place: "the credentials",
            wrapping: None,
        }),
        _ => None,
    }
}

/// Returns what stands around a token in a text.
fn wrapping(text: &str, token: &str) -> Option<&'static str> {
    let text = text.trim();
    if text == token {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    Some(if lower.contains("bearer") {
        "`Bearer` stands before the token, and was left out"
    } else if text.contains('{') {
        "the token is inside of JSON, and was taken out of it"
    } else {
        "quotes or other characters stand around the token, and were left out"
    })
}

/// Says what the token is; `None` if none is given.
pub(super) fn given_token(
    subject: &Subject<'_>,
    given: Option<&GivenToken>,
    now: SystemTime,
) -> Option<Check> {
    if let Some(Err(failure)) = subject.examination.token_of_variable() {
        let cause = FoundCause::summarized(failure, Certainty::Certain);
        return Some(Check::problem(ID, failure.message(), cause));
    }
    Some(of_token(subject, given?, now))
}

fn of_token(subject: &Subject<'_>, given: &GivenToken, now: SystemTime) -> Check {
    let place = given.place;
    let secret = given.token.as_secret();
    let check = match Inspection::parse(secret.expose(), now) {
        Err(error) => unreadable(secret, place, &error),
        Ok(inspection) => {
            let check = match cut_signature(secret) {
                Some(seen) => truncated(place).seen(seen),
                None => judge(&inspection, place, now),
            };
            let check = match other_environment(subject, &given.token) {
                Some(error) if check.causes().is_empty() => {
                    let cause = cause_of(&error, Certainty::Certain);
                    Check::problem(ID, error.to_string(), cause)
                }
                _ => check,
            };
            seen_claims(check, &inspection, now)
        }
    };
    match given.wrapping {
        Some(wrapping) => check.seen(wrapping),
        None => check,
    }
}

/// Refuses a token of another environment than the one that a flag, a variable or the profile names.
fn other_environment(subject: &Subject<'_>, token: &AccessToken) -> Option<Error> {
    let named: Environment = subject.settings.connection.service().ok().flatten()?;
    token.check_environment(&named).err()
}

fn truncated(place: &str) -> Check {
    let cause = FoundCause::new(Problem::TokenTruncated, Certainty::Likely);
    Check::problem(ID, format!("the token in {place} is not whole"), cause)
}

/// Returns the check of a text that is no JWT. Tokens of IMS are JWTs, and these begin with `eyJ`.
fn unreadable(token: &Secret, place: &str, error: &Error) -> Check {
    let token = token.expose();
    let parts = token.split('.').count();
    if token.starts_with("eyJ") && parts <= 3 {
        return truncated(place).seen(error.to_string());
    }
    let summary = format!("the token in {place} is not readable: {error}");
    Check::problem(ID, summary, cause_of(error, Certainty::Likely))
}

/// Returns what was seen of a signature that is shorter than any: it is missing, or has lost its end.
fn cut_signature(token: &Secret) -> Option<String> {
    let signature = token.expose().rsplit('.').next().unwrap_or_default();
    let bytes = signature.len() * 3 / 4;
    let is_whole = match bytes {
        0 => false,
        1..=LONGEST_MOCK => true,
        bytes => bytes.is_multiple_of(64) && signature.len() % 4 != 1,
    };
    (!is_whole)
        .then(|| format!("the signature of the token has {bytes} bytes, and those of IMS have 256"))
}

fn judge(inspection: &Inspection, place: &str, now: SystemTime) -> Check {
    match &inspection.kind {
        TokenKind::Ims(kind) if kind != "access_token" => {
            // The type is a claim, which anyone can write.
            let certainty = if OTHER_KINDS.contains(&kind.as_str()) {
                Certainty::Certain
            } else {
                Certainty::Likely
            };
            let cause = FoundCause::new(Problem::TokenWrongKind, certainty);
            let summary = format!("the token in {place} is no access token");
            return Check::problem(ID, summary, cause)
                .seen(format!("its type is {}", quoted(kind)));
        }
        TokenKind::Assertion => {
            let cause = FoundCause::new(Problem::TokenIsAssertion, Certainty::Certain);
            return Check::problem(ID, format!("the token in {place} is an assertion"), cause);
        }
        _ => {}
    }
    if clock::is_impossible(now) {
        return Check::skipped(
            ID,
            "the clock of this machine is wrong, and decides about tokens",
        );
    }
    match inspection.expires_at {
        Some(end) if end <= now => return expired(place, end),
        _ => {}
    }
    if let Some(check) = of_the_future(inspection, place, now) {
        return check;
    }
    if inspection.kind == TokenKind::Other {
        let summary = format!("the token in {place} does not say its type, as tokens of IMS do");
        return Check::warning(ID, summary)
            .fix("check that it is the `access_token` of an answer of IMS");
    }
    match inspection.expires_at {
        None => Check::warning(
            ID,
            format!("the token in {place} does not state its expiry"),
        ),
        Some(end) => {
            let left = end.duration_since(now).unwrap_or_default();
            let left_text = time::human(left);
            if left < SHORT {
                let summary = format!("the token in {place} expires in {left_text}");
                return Check::warning(ID, summary).fix("get a new token");
            }
            Check::ok(
                ID,
                format!("the token in {place} is an access token for {left_text}"),
            )
        }
    }
}

/// The clock of this machine may be ahead, but not if the end came before this program.
fn expired(place: &str, end: SystemTime) -> Check {
    let certainty = if clock::is_long_ago(end) {
        Certainty::Certain
    } else {
        Certainty::Likely
    };
    let error = Error::new(
        Problem::TokenExpired,
        format!("the token in {place} expired on {}", time::display(end)),
    );
    Check::problem(ID, error.to_string(), cause_of(&error, certainty))
}

fn of_the_future(inspection: &Inspection, place: &str, now: SystemTime) -> Option<Check> {
    let issued = inspection
        .issued_at
        .filter(|issued| *issued > now + TOLERANCE)?;
    let summary = format!(
        "the token in {place} was issued on {}, which is in the future by the clock of this machine",
        time::display(issued)
    );
    let cause = FoundCause::new(Problem::ClockWrong, Certainty::Likely);
    Some(Check::warning(ID, summary).because(cause))
}

fn seen_claims(check: Check, inspection: &Inspection, now: SystemTime) -> Check {
    let text = |name: &str| inspection.text(name).map(quoted);
    let expires = inspection.expires_at.map(|end| {
        let left = match end.duration_since(now) {
            Ok(left) => format!("in {}", time::human(left)),
            Err(past) => format!("{} ago", time::human(past.duration())),
        };
        format!("{} ({left})", time::display(end))
    });
    let scopes = inspection.scopes.join(",");
    let facts = [
        ("kind", Some(quoted(&inspection.kind.to_string()))),
        ("client", text("client_id")),
        ("user", text("user_id")),
        ("environment", text("as")),
        (
            "scopes",
            Some(quoted(&scopes)).filter(|_| !scopes.is_empty()),
        ),
        ("created", inspection.issued_at.map(time::display)),
        ("expires", expires),
    ];
    facts
        .into_iter()
        .fold(check, |check, (name, value)| match value {
            Some(value) => check.seen(format!("{name}: {value}")),
            None => check,
        })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;
    use crate::doctor::check::Verdict;

    const NOW: u64 = 1_795_867_200;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn token(claims: &Value, signature: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!(
            "{}.{}.{signature}",
            part(&json!({"alg": "RS256"})),
            part(claims)
        )
    }

    fn access_token(created: u64, lifetime: u64) -> Value {
        json!({
            "type": "access_token",
            "created_at": (created * 1000).to_string(),
            "expires_in": (lifetime * 1000).to_string(),
        })
    }

    fn judged(claims: &Value) -> String {
        let inspection = Inspection::parse(&token(claims, "c2ln"), now()).unwrap();
        summed_up(&judge(&inspection, "X", now()))
    }

    fn summed_up(check: &Check) -> String {
        let causes = check.causes().iter();
        let causes = causes.map(|it| format!(" {} {}", it.certainty, it.cause.id()));
        format!("{}{}", check.verdict().as_str(), causes.collect::<String>())
    }

    #[test]
    fn token_is_judged_by_kind_and_time() {
        let day = 86_400;
        for (claims, expected) in [
            (access_token(NOW, day), "ok"),
            (access_token(NOW + 60, day), "ok"),
            (access_token(NOW + 61, day), "warning likely clock-wrong"),
            (access_token(NOW, 300), "ok"),
            (access_token(NOW, 299), "warning"),
            (access_token(NOW - day, day), "problem likely token-expired"),
            (
                access_token(1_600_000_000, day),
                "problem certain token-expired",
            ),
            (
                json!({"type": "refresh_token"}),
                "problem certain token-wrong-kind",
            ),
            (
                json!({"type": "id_token"}),
                "problem certain token-wrong-kind",
            ),
            (json!({"type": "x"}), "problem likely token-wrong-kind"),
            (json!({"type": "access_token"}), "warning"),
            (json!({"exp": NOW + day}), "warning"),
            (json!({"exp": NOW - 1}), "problem likely token-expired"),
        ] {
            assert_eq!(judged(&claims), expected, "{claims}");
        }
    }

    #[test]
    fn clock_that_cannot_be_right_decides_nothing() {
        let text = token(&access_token(NOW, 60), "c2ln");
        for now in [0, 5_000_000_000] {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
            let inspection = Inspection::parse(&text, now).unwrap();
            let check = judge(&inspection, "X", now);
            assert_eq!(check.verdict(), Verdict::Skipped);
        }
    }

    #[test]
    fn text_that_is_no_jwt_is_told_from_a_truncated_one() {
        let whole = token(&access_token(NOW, 60), "c2ln");
        let cut = |length: usize| whole[..length].to_owned();
        for (text, expected) in [
            (cut(30), "problem likely token-truncated"),
            (cut(60), "problem likely token-truncated"),
            ("abc".to_owned(), "problem likely token-unreadable"),
            ("a.b.c.d.e".to_owned(), "problem likely token-unreadable"),
        ] {
            let secret = Secret::new(text.as_str());
            let error = Inspection::parse(&text, now()).unwrap_err();
            assert_eq!(
                summed_up(&unreadable(&secret, "X", &error)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn signature_without_its_end_is_recognised() {
        for (length, is_whole) in [
            (0, false),
            (4, true),
            (84, true),
            (100, false),
            (171, true),
            (341, false),
            (342, true),
            (340, false),
            (683, true),
        ] {
            let text = token(&json!({}), &"A".repeat(length));
            let found = cut_signature(&Secret::new(text));
            assert_eq!(found.is_none(), is_whole, "{length}");
        }
    }

    #[test]
    fn text_around_the_token_is_named() {
        for (text, expected) in [
            ("eyJ0", None),
            (" eyJ0\n", None),
            ("Bearer eyJ0", Some("`Bearer`")),
            ("\"eyJ0\"", Some("quotes")),
            (
                "{\"access_token\":\"eyJ0\"}",
                Some("the token is inside of JSON"),
            ),
        ] {
            let found = wrapping(text, "eyJ0");
            match expected {
                None => assert_eq!(found, None, "{text}"),
                Some(start) => assert!(found.unwrap().starts_with(start), "{text}"),
            }
        }
    }
}
