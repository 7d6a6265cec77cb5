//! The report of `ims doctor`, as a test reads it.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::doctor_json::{self, texts};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, Run, World, answering, http};

/// A problem or a warning: check, verdict, cause and certainty.
pub(crate) type Finding<'a> = (&'a str, &'a str, &'a str, &'a str);

pub(crate) struct Report {
    pub(crate) run: Run,
    json: Value,
}

impl Report {
    /// Runs a call of `ims doctor`, whose output holds no secret.
    #[track_caller]
    pub(crate) fn of(call: Ims) -> Self {
        let (run, json) = doctor_json::run(call);
        Self { run, json }
    }

    /// Returns the checks of the stage of the identity service.
    fn checks(&self) -> impl Iterator<Item = &Value> {
        let checks = doctor_json::checks(&self.json);
        checks.filter(|check| check["stage"] == "identity-service")
    }

    #[track_caller]
    pub(crate) fn check(&self, id: &str) -> &Value {
        let mut checks = self.checks();
        checks
            .find(|check| check["id"] == id)
            .unwrap_or_else(|| panic!("no {id}: {}", self.run.stdout))
    }

    /// Returns the problems and warnings of the stage.
    pub(crate) fn findings(&self) -> Vec<Finding<'_>> {
        let found = self.checks().filter(|check| {
            let verdict = &check["verdict"];
            verdict == "problem" || verdict == "warning"
        });
        found
            .map(|check| {
                let part = |name: &str| check[name].as_str().unwrap_or_default();
                (
                    part("id"),
                    part("verdict"),
                    part("problem"),
                    part("certainty"),
                )
            })
            .collect()
    }

    /// Returns the checks of the stage with this verdict.
    pub(crate) fn with_verdict(&self, verdict: &str) -> Vec<&str> {
        let checks = self.checks().filter(|check| check["verdict"] == verdict);
        checks.filter_map(|check| check["id"].as_str()).collect()
    }

    #[track_caller]
    pub(crate) fn summary(&self, id: &str) -> &str {
        self.check(id)["summary"].as_str().unwrap()
    }

    /// Returns the evidence of a check.
    #[track_caller]
    pub(crate) fn evidence(&self, id: &str) -> Vec<&str> {
        texts(&self.check(id)["evidence"])
    }

    /// Returns the remedies of a check.
    #[track_caller]
    pub(crate) fn fixes(&self, id: &str) -> Vec<&str> {
        texts(&self.check(id)["fix"])
    }

    /// Returns the ids of all causes of a check.
    #[track_caller]
    pub(crate) fn causes(&self, id: &str) -> Vec<&str> {
        let causes = self.check(id)["causes"].as_array().unwrap().iter();
        causes.filter_map(|cause| cause["id"].as_str()).collect()
    }
}

/// Creates a call of `ims doctor` with this document and the CA, in their folder.
pub(crate) fn doctor(world: &World, document: &str, more: &[&str]) -> Ims {
    let arguments = ["doctor", "-c", document, "--ca-file", "ca.pem"];
    Ims::new(arguments.iter().chain(more)).in_folder(world.folder.path())
}

/// Examines the service credentials at a server with one answer.
#[track_caller]
pub(crate) fn examine(answer: &str) -> Report {
    let world = World::new();
    let url = answering(answer.to_owned());
    Report::of(doctor(&world, "service_token.json", &["--url", &url]))
}

/// Examines OAuth server-to-server credentials at a server with one answer.
#[track_caller]
pub(crate) fn examine_oauth(answer: &str) -> Report {
    let url = answering(answer.to_owned());
    let call = Ims::new([
        "doctor",
        "--client-id",
        CLIENT_ID,
        "--scope",
        "openid,AdobeID",
        "--url",
        &url,
    ]);
    Report::of(call.env("IMS_CLIENT_SECRET", CLIENT_SECRET))
}

pub(crate) fn token_of(claims: &Value) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.c2ln",
        part(r#"{"alg":"RS256"}"#),
        part(&claims.to_string())
    )
}

/// Returns the claims of a token that was issued just now, for a day.
pub(crate) fn claims() -> Value {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
    json!({
        "type": "access_token",
        "client_id": CLIENT_ID,
        "as": "ims-na1",
        "scope": "openid,AdobeID",
        "created_at": now.to_string(),
        "expires_in": "86400000",
    })
}

pub(crate) fn issued(token: &str, expires_in: &Value) -> String {
    let body = json!({"access_token": token, "token_type": "bearer", "expires_in": expires_in});
    http("200 OK", "", &body.to_string())
}
