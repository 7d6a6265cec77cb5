//! The report of `ims doctor` as JSON, which the tests of its parts read.

use serde_json::Value;

use crate::support::{Ims, Run};

/// Runs a call of `ims doctor`, whose output holds no secret, and returns its report.
#[track_caller]
pub(crate) fn run(call: Ims) -> (Run, Value) {
    let run = call.arguments(&["-o", "json"]).run();
    let json: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    assert_eq!(json["schema"], "ims.doctor/1");
    (run, json)
}

pub(crate) fn checks(report: &Value) -> impl Iterator<Item = &Value> {
    report["checks"].as_array().unwrap().iter()
}

/// Returns a list of texts, such as the evidence of a check.
pub(crate) fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|it| it.as_str().unwrap()).collect()
}
