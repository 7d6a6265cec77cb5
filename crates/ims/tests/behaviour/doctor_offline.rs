//! The report of `ims doctor` as JSON, for tests of its checks.

use serde_json::Value;

use crate::doctor_json::{self, texts};
use crate::support::Ims;

/// A report, without stderr.
pub(crate) struct Report {
    pub(crate) code: i32,
    json: Value,
}

impl Report {
    /// Runs `ims doctor -o json` with these arguments.
    #[track_caller]
    pub(crate) fn of(ims: Ims) -> Self {
        let (run, json) = doctor_json::run(ims);
        assert_eq!(run.stderr, "");
        let expected = i32::from(json["verdict"] == "problem") * 8;
        assert_eq!(run.code, expected, "{json:#}");
        Self {
            code: run.code,
            json,
        }
    }

    /// Returns the check with this id.
    pub(crate) fn find(&self, id: &str) -> Option<&Value> {
        let mut checks = doctor_json::checks(&self.json);
        checks.find(|check| check["id"] == id)
    }

    #[track_caller]
    pub(crate) fn check(&self, id: &str) -> &Value {
        self.find(id)
            .unwrap_or_else(|| panic!("{id}: {:#}", self.json))
    }

    /// Returns the problems and warnings, each as `check verdict cause`, with all its causes.
    pub(crate) fn findings(&self) -> Vec<String> {
        let checks = doctor_json::checks(&self.json);
        let odd = checks.filter(|it| it["verdict"] == "problem" || it["verdict"] == "warning");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        odd.map(|check| {
            let causes = check["causes"].as_array().unwrap().iter();
            let causes =
                causes.map(|it| format!(" {} {}", text(&it["certainty"]), text(&it["id"])));
            let causes: String = causes.collect();
            format!("{} {}{causes}", text(&check["id"]), text(&check["verdict"]))
        })
        .collect()
    }

    /// Checks the verdict and the summary of a check.
    #[track_caller]
    pub(crate) fn assert_check(&self, id: &str, verdict: &str, summary: &str) {
        let check = self.check(id);
        assert_eq!(
            (check["verdict"].as_str(), check["summary"].as_str()),
            (Some(verdict), Some(summary)),
            "{check:#}"
        );
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
}
