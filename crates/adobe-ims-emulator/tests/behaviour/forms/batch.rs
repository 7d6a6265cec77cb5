//! Running batches.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Request;
use serde_json::{Value, json};

use crate::forms::batch_configs::{BATCH, administrator, call, config};
use crate::forms::support::{Forms, LETTER, find, pages};
use crate::support::NOW;

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("emulator-batch-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("in")).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.0.join("in").join(name), content).unwrap();
    }

    /// Returns the paths of the results.
    fn results(&self) -> Vec<String> {
        let mut found = Vec::new();
        let root = self.0.join("out");
        collect(&root, &root, &mut found);
        found.sort();
        found
    }

    fn result(&self, path: &str) -> Vec<u8> {
        fs::read(self.0.join("out").join(path)).unwrap()
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            found.push(
                path.strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn start(folder: &Folder, config: &Value) -> (Forms, String) {
    let forms = administrator();
    forms.emulator.put_aem_file("letter.xdp", LETTER);
    forms
        .emulator
        .set_aem_data_source("mine", folder.0.join("in"), folder.0.join("out"));
    assert_eq!(call(&forms, "POST", "/config", config).status, 201);
    let execution = execute(&forms, &json!({}));
    (forms, execution)
}

/// Starts an execution, and returns its path.
fn execute(forms: &Forms, body: &Value) -> String {
    let answer = call(forms, "POST", "/config/c/execution", body);
    assert_eq!((answer.status, answer.text().as_str()), (202, ""));
    let location = answer.headers["location"].to_str().unwrap();
    location.strip_prefix(BATCH).unwrap().to_owned()
}

fn state(forms: &Forms, execution: &str) -> Value {
    let answer = call(forms, "GET", execution, &Value::Null);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn advance(forms: &Forms, millis: u64) {
    forms
        .emulator
        .clock()
        .advance(Duration::from_millis(millis));
}

fn record(name: &str) -> String {
    format!("<form1><address><Name>{name}</Name></address></form1>")
}

#[test]
fn batch_goes_on_with_the_clock_and_writes_results() {
    let folder = Folder::new("progress");
    folder.write("b.xml", &format!("<list>{}</list>", record("Third")));
    folder.write(
        "a.xml",
        &format!("<list>{}{}</list>", record("First"), record("Second")),
    );
    folder.write("ignored.txt", "<list><x/></list>");
    let mut config = config("c");
    config["outputTypes"] = json!(["PDF", "PRINT"]);
    config["printedOutputOptionsList"] = json!([
        {"printConfig": {"renderType": "PCL", "xdcUri": "hppcl5e.xdc"}},
        {"printConfig": {"renderType": "ZPL", "xdcUri": "zpl300.xdc"}},
    ]);
    let (forms, execution) = start(&folder, &config);
    let id = execution.rsplit('/').next().unwrap();
    let counts = |state: &Value| -> Vec<(Value, Value, i64, i64, i64)> {
        let outputs = state["outputStatuses"].as_array().unwrap().iter();
        let count = |output: &Value, name: &str| output[name].as_i64().unwrap();
        outputs
            .map(|output| {
                (
                    output["outputType"].clone(),
                    output["renderType"].clone(),
                    count(output, "inProgressCount"),
                    count(output, "successCount"),
                    count(output, "failureCount"),
                )
            })
            .collect()
    };
    let all = |progress, success| {
        vec![
            (json!("PDF"), Value::Null, progress, success, 0),
            (json!("PRINT"), json!("PCL"), progress, success, 0),
            (json!("PRINT"), json!("ZPL"), progress, success, 0),
        ]
    };
    let now = state(&forms, &execution);
    assert_eq!(now["status"], "PROCESSING");
    assert_eq!(now["configName"], "c");
    assert_eq!(now["executionId"], id);
    assert_eq!(now["config"], config);
    assert_eq!(now["recordsCount"], -1);
    assert_eq!(now["startTime"], NOW);
    assert_eq!(now["endTime"], -1);
    assert_eq!(counts(&now), all(0, 0));
    assert_eq!(folder.results(), Vec::<String>::new());

    advance(&forms, 100);
    let now = state(&forms, &execution);
    assert_eq!(
        (&now["status"], &now["recordsCount"]),
        (&json!("PROCESSING"), &json!(3))
    );
    assert_eq!(counts(&now), all(3, 0));
    advance(&forms, 250);
    let now = state(&forms, &execution);
    assert_eq!(now["status"], "PROCESSING");
    assert_eq!(counts(&now), all(1, 2));
    advance(&forms, 650);
    let now = state(&forms, &execution);
    assert_eq!(
        (&now["status"], &now["recordsCount"]),
        (&json!("SUCCESS"), &json!(3))
    );
    assert_eq!(now["endTime"], NOW + 1);
    assert_eq!(counts(&now), all(0, 3));
    assert!(now.get("errorInfo").is_none());
    let expected: Vec<_> = ["pcl", "pdf", "zpl"]
        .iter()
        .flat_map(|kind| (1..=3).map(move |at| format!("{kind}/success/record{at}.{kind}")))
        .collect();
    assert_eq!(folder.results(), expected);
    for (at, name) in [(1, "First"), (2, "Second"), (3, "Third")] {
        let text = pages(&folder.result(&format!("pdf/success/record{at}.pdf"))).concat();
        assert!(text.contains(name), "{text}");
        let stream = folder.result(&format!("pcl/success/record{at}.pcl"));
        assert!(find(&stream, name.as_bytes()).is_some());
    }
    let answer = call(&forms, "GET", "/config/c/executions", &Value::Null);
    assert_eq!(answer.json(), json!({"data": [now]}));
}

#[test]
fn record_level_comes_from_the_xci() {
    for (xci, data, count) in [
        (None, record("One"), 1),
        (
            None,
            format!("<list>{}{}</list>", record("1"), record("2")),
            2,
        ),
        (Some("1"), record("One"), 1),
        (
            Some("1"),
            format!("<list>{}{}</list>", record("1"), record("2")),
            1,
        ),
        (
            Some("3"),
            format!("<all><l>{}</l><l>{}</l></all>", record("1"), record("2")),
            2,
        ),
        (
            Some("form1"),
            format!("<all><l>{}</l>{}</all>", record("1"), record("2")),
            2,
        ),
    ] {
        let folder = Folder::new("level");
        folder.write("a.xml", &data);
        let mut config = config("c");
        if xci.is_some() {
            config["xci"] = json!("crx:///content/dam/a.xci/jcr:content/renditions/original");
        }
        let (forms, execution) = start(&folder, &config);
        let level = format!(
            "<config xmlns='http://www.xfa.org/schema/xci/3.0/'><present><common><data><record>{}</record></data></common></present></config>",
            xci.unwrap_or_default()
        );
        forms.emulator.put_aem_file("a.xci", level);
        advance(&forms, 10_000);
        let now = state(&forms, &execution);
        assert_eq!(
            (&now["status"], &now["recordsCount"]),
            (&json!("SUCCESS"), &json!(count)),
            "{data}"
        );
        assert_eq!(folder.results().len(), count);
    }
}

#[test]
fn success_of_the_run_may_have_failed_records() {
    let folder = Folder::new("failures");
    folder.write("1.xml", &format!("<list>{}</list>", record("One")));
    folder.write("2.xml", "<list><form1></list>");
    let (forms, execution) = start(&folder, &config("c"));
    advance(&forms, 10_000);
    let now = state(&forms, &execution);
    assert_eq!(now["status"], "SUCCESS");
    let counts = &now["outputStatuses"][0];
    assert_eq!(
        (&counts["successCount"], &counts["failureCount"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        folder.results(),
        ["pdf/failure/record2.error.txt", "pdf/success/record1.pdf"]
    );
    let error = String::from_utf8(folder.result("pdf/failure/record2.error.txt")).unwrap();
    assert!(error.contains("2.xml"), "{error}");
}

#[test]
fn what_a_run_does_not_find_fails_it() {
    let folder = Folder::new("missing");
    folder.write("1.xml", &format!("<list>{}</list>", record("One")));
    let (forms, _) = start(&folder, &config("c"));
    for (changes, code) in [
        (
            json!({"dataSourceConfigUri": "/conf/global/settings/forms/usc/batch/other"}),
            "DATA_SOURCE_NOT_FOUND",
        ),
        (
            json!({"template": "/content/dam/other.xdp"}),
            "RESOURCE_NOT_FOUND",
        ),
        (
            json!({"template": "https://example.com/a.xdp", "contentRoot": "x"}),
            "REMOTE_REFERENCE",
        ),
        (
            json!({"xci": "crx:///content/dam/other.xci"}),
            "RESOURCE_NOT_FOUND",
        ),
    ] {
        let execution = execute(&forms, &json!({"config": changes}));
        assert_eq!(state(&forms, &execution)["status"], "PROCESSING");
        advance(&forms, 1000);
        let now = state(&forms, &execution);
        assert_eq!(now["status"], "FAILED", "{changes}");
        assert_eq!(now["errorInfo"]["code"], code);
        assert!(now["errorInfo"]["message"].is_string());
        assert_ne!(now["endTime"], -1);
    }
    fs::remove_dir_all(folder.0.join("in")).unwrap();
    let execution = execute(&forms, &json!({}));
    advance(&forms, 1000);
    assert_eq!(
        state(&forms, &execution)["errorInfo"]["code"],
        "STORAGE_ERROR"
    );
}

#[test]
fn run_can_be_cancelled() {
    let folder = Folder::new("cancel");
    folder.write("1.xml", &format!("<list>{}</list>", record("x").repeat(5)));
    let (forms, execution) = start(&folder, &config("c"));
    advance(&forms, 300);
    assert_eq!(
        state(&forms, &execution)["outputStatuses"][0]["successCount"],
        2
    );
    let answer = call(&forms, "PUT", &format!("{execution}/cancel"), &Value::Null);
    assert_eq!(answer.status, 202);
    assert_eq!(answer.headers["location"], format!("{BATCH}{execution}"));
    advance(&forms, 10_000);
    let now = state(&forms, &execution);
    assert_eq!(
        (&now["status"], &now["errorInfo"]["code"]),
        (&json!("FAILED"), &json!("CANCELLED"))
    );
    assert_eq!(folder.results().len(), 2);
}

#[test]
fn folders_and_pace_are_set_over_http() {
    let folder = Folder::new("settings");
    folder.write("1.xml", &format!("<list>{}</list>", record("x")));
    let forms = administrator();
    forms.emulator.put_aem_file("letter.xdp", LETTER);
    assert_eq!(call(&forms, "POST", "/config", &config("c")).status, 201);
    let settings = |body: Value| {
        let answer = forms.send(
            Request::patch("/_emu/aem/settings"),
            body.to_string().as_bytes(),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let uri = "/conf/global/settings/forms/usc/batch/mine";
    let folders = json!({"source": folder.0.join("in"), "destination": folder.0.join("out")});
    let all = settings(json!({"batch_record_ms": 0, "data_sources": {"mine": folders}}));
    assert_eq!(all["data_sources"], json!({uri: folders}));
    let execution = execute(&forms, &json!({}));
    assert_eq!(
        state(&forms, &execution)["status"],
        "SUCCESS",
        "no time is needed"
    );
    assert_eq!(folder.results(), ["pdf/success/record1.pdf"]);
    let all = settings(json!({"data_sources": {uri: null}}));
    assert_eq!(all["data_sources"], json!({}));
}
