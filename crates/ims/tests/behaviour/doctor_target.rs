//! `ims doctor`: the checks at the API that the token is for.

use std::collections::HashMap;
use std::time::SystemTime;

use adobe_ims::{Clock, SystemClock};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::played_host::PlayedHost;
use crate::support::{Ims, Run, http};

pub(crate) const CURRENT_USER: &str = "/libs/granite/security/currentuser.json";
const GROUPS: &str = "/home/users/1/x_Y-z.rw.json?props=memberOf";

#[derive(Deserialize)]
struct Table {
    tokens: HashMap<String, Value>,
    answers: Vec<Case>,
}

/// An answer of an API, and what the checks make of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    token: String,
    url: String,
    status: u16,
    #[serde(default)]
    headers: HashMap<String, String>,
    body: Option<Value>,
    /// The answer of AEM for the current user.
    user: Option<Value>,
    groups: Option<Value>,
    /// The checks that are not skipped, with their causes, without `target-connection`.
    checks: Vec<String>,
    /// Texts of the report.
    #[serde(default)]
    shows: Vec<String>,
    /// The paths that are asked, where that matters.
    asked: Option<Vec<String>>,
}

impl Case {
    fn host(&self) -> &str {
        self.url.split('/').nth(2).unwrap()
    }

    fn is_gateway(&self) -> bool {
        self.host().ends_with(".adobe.io")
    }

    /// Returns true for a host or a path of AEM.
    fn names_aem(&self) -> bool {
        self.host().ends_with(".adobeaemcloud.com") || self.url.contains("/content/")
    }

    /// Returns the path that is asked: only a gateway is asked for `/`.
    fn path(&self) -> String {
        let path = self.url.split_once("//").unwrap().1.split_once('/');
        match path.map_or("", |(_, path)| path) {
            "" if !self.is_gateway() => "/content/dam.json".to_owned(),
            path => format!("/{path}"),
        }
    }

    fn answers(&self) -> HashMap<String, String> {
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let body = match &self.body {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(json) => json.to_string(),
        };
        let json = |value: &Value| http("200 OK", "", &value.to_string());
        let told = http(&self.status.to_string(), &headers, &body);
        let mut answers = HashMap::from([(self.path(), told)]);
        answers.extend(self.user.as_ref().map(|it| (CURRENT_USER.into(), json(it))));
        answers.extend(self.groups.as_ref().map(|it| (GROUPS.into(), json(it))));
        answers
    }
}

/// Returns an access token with these claims that lives 100 years. `age` is the time since it was issued, in seconds.
pub(crate) fn token(claims: &Value) -> String {
    let mut claims = claims.clone();
    let age = claims.as_object_mut().unwrap().remove("age");
    let created = match age.and_then(|age| age.as_u64()) {
        None => 1_600_000_000,
        Some(age) => {
            let now = SystemClock.now().duration_since(SystemTime::UNIX_EPOCH);
            now.unwrap().as_secs() - age
        }
    };
    claims["type"] = "access_token".into();
    claims["created_at"] = (created * 1000).to_string().into();
    claims["expires_in"] = "3155760000000".into();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = json!({"alg": "RS256", "kid": "ims_na1-key-at-1"});
    format!("{}.{}.c2ln", part(&head), part(&claims))
}

/// Returns a check of the stage in short: id, verdict, causes.
pub(crate) fn short(check: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let causes = check["causes"].as_array().unwrap().iter();
    let causes: Vec<_> = causes
        .map(|cause| format!("{} {}", text(&cause["id"]), text(&cause["certainty"])))
        .collect();
    let line = format!(
        "{} {} {}",
        text(&check["id"]),
        text(&check["verdict"]),
        causes.join(", ")
    );
    line.trim().to_owned()
}

/// Returns the checks of the stage.
#[track_caller]
pub(crate) fn of_target(run: &Run) -> Vec<Value> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["schema"], "ims.doctor/1");
    let checks = report["checks"].as_array().unwrap().iter();
    let checks = checks.filter(|check| check["stage"] == "target");
    checks.cloned().collect()
}

/// Returns the cause that the name of the host shows, without a request.
fn problem_of_host(run: &Run) -> Option<String> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut checks = report["checks"].as_array().unwrap().iter();
    let check = checks.find(|check| check["id"] == "target-host")?;
    let is_problem = check["verdict"] == "problem";
    is_problem.then(|| check["problem"].as_str().unwrap().to_owned())
}

/// Returns the checks that were made, in short.
pub(crate) fn made(checks: &[Value]) -> Vec<String> {
    let made = checks.iter().filter(|check| check["verdict"] != "skipped");
    made.map(short).collect()
}

pub(crate) fn check<'a>(checks: &'a [Value], id: &str) -> &'a Value {
    checks.iter().find(|check| check["id"] == id).unwrap()
}

/// Creates a call with a given token, which asks no identity service.
pub(crate) fn doctor(token: &str, target: &str) -> Ims {
    Ims::new(["doctor", "-o", "json", "--target", target])
        .env("IMS_ACCESS_TOKEN", token)
        .env("IMS_URL", "http://127.0.0.1:1")
}

#[test]
fn answer_of_an_api_is_explained() {
    let table: Table = serde_json::from_str(include_str!("answers/target.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for case in &table.answers {
        let name = &case.name;
        let host = PlayedHost::new(case.host(), case.answers());
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, &host.ca_pem).unwrap();
        let token = token(&table.tokens[&case.token]);
        let mut call = doctor(&token, &case.url)
            .env("HTTPS_PROXY", &host.proxy)
            .env("IMS_CA_FILE", &ca);
        if case.host().ends_with("example.com") {
            call = call.arguments(&["--allow-host", &format!("https://{}", case.host())]);
        }
        let run = call.run();
        let checks = of_target(&run);
        let mut expected = vec!["target-connection ok".to_owned()];
        expected.extend(case.checks.clone());
        // What the host alone shows is named offline, and once.
        let by_host = problem_of_host(&run);
        if let Some(id) = &by_host {
            expected.retain(|line| !line.contains(&format!(" problem {id} ")));
        }
        let mut found = made(&checks);
        found[1..].sort();
        expected[1..].sort();
        assert_eq!(found, expected, "{name}: {run:?}");
        assert_eq!(checks.len(), 6, "{name}");
        let is_problem = expected.iter().any(|line| line.contains(" problem "));
        if is_problem {
            assert_eq!(run.code, 8, "{name}: {run:?}");
        }
        let texts: Vec<_> = checks.iter().flat_map(texts).collect();
        for text in case.shows.iter().filter(|_| by_host.is_none()) {
            let is_shown = texts.iter().any(|it| it.contains(text));
            assert!(is_shown, "{name}: {text:?} in {texts:#?}");
        }
        let asked = host.asked();
        if let Some(paths) = &case.asked {
            let asked: Vec<_> = asked.iter().map(|it| &it.path).collect();
            assert_eq!(asked, paths.iter().collect::<Vec<_>>(), "{name}");
        }
        for request in &asked {
            assert_eq!(request.method, "GET", "{name}");
            assert_eq!(request.headers["authorization"], format!("Bearer {token}"));
            let is_sent = !case.names_aem() && case.token != "opaque";
            let has_key = request.headers.contains_key("x-api-key");
            assert_eq!(has_key, is_sent, "{name}");
        }
    }
}

/// Returns the texts of a check.
fn texts(check: &Value) -> Vec<String> {
    let lists = [&check["evidence"], &check["fix"]];
    let lists = lists.into_iter().flat_map(|it| it.as_array().unwrap());
    let texts = std::iter::once(&check["summary"]).chain(lists);
    texts.map(|it| it.as_str().unwrap().to_owned()).collect()
}
