//! The report as text: a summary line, then the checks of each stage.

use super::check::{Check, Stage, Verdict};
use super::report::Report;
use crate::console::rows;

/// Returns the report for a person.
pub(crate) fn text(report: &Report) -> String {
    let mut lines = vec![summary(report)];
    for stage in Stage::ALL {
        let checks = report.of_stage(stage);
        if checks.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.push(stage.as_str().to_owned());
        for check in checks {
            lines.extend(block(check));
        }
    }
    lines.join("\n")
}

fn summary(report: &Report) -> String {
    let counted = |verdict: Verdict, one: &str, many: &str| match report.count(verdict) {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {many}")),
    };
    let counts = [
        counted(Verdict::Problem, "problem", "problems"),
        counted(Verdict::Warning, "warning", "warnings"),
        counted(Verdict::Ok, "check is good", "checks are good"),
        counted(Verdict::Skipped, "skipped", "skipped"),
    ];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    format!("{}: {}", report.verdict().as_str(), counts.join(", "))
}

fn block(check: &Check) -> Vec<String> {
    let head = format!(
        "  {:<8} {:<21} {}",
        check.verdict().as_str(),
        check.id().as_str(),
        check.summary()
    );
    let mut lines = vec![rows::clean(&head)];
    lines.extend(check.evidence().iter().map(|it| format!("    seen: {it}")));
    for found in check.causes() {
        lines.push(format!(
            "    {} [{}] {}",
            found.certainty,
            found.cause.id(),
            found.cause.meaning()
        ));
        lines.extend(found.evidence.iter().map(|it| format!("      seen: {it}")));
    }
    lines.extend(check.fixes().map(|fix| format!("    fix: {fix}")));
    lines
}
