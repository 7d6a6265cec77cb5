//! The report as text: a summary line, then the checks of each stage.

use super::check::{Check, FoundCause, Stage, Verdict};
use super::report::Report;
use super::step;
use crate::console::colour::{Palette, Tone};
use crate::console::{rows, wrap};

/// The column at which the text of a check begins.
const INDENT: &str = "           ";

/// The width in columns, and the colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) width: usize,
    pub(crate) palette: Palette,
}

/// Returns the report for a person.
pub(crate) fn text(report: &Report, page: Page) -> String {
    let mut lines = vec![summary(report, page)];
    for stage in Stage::ALL {
        let checks = report.of_stage(stage);
        if checks.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.push(stage.title().to_owned());
        lines.extend(blocks(&checks, page));
    }
    if report.checks().any(|check| !check.causes().is_empty()) {
        lines.push(String::new());
        lines.push("`ims explain ID` says more about a cause.".to_owned());
    }
    if let Some(steps @ [_, ..]) = report.steps() {
        lines.extend([String::new(), "Steps".to_owned()]);
        lines.extend(step::lines(steps));
    }
    lines.join("\n")
}

fn summary(report: &Report, page: Page) -> String {
    let counted = |verdict: Verdict, one: &str, many: &str| match report.count(verdict) {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {many}")),
    };
    let counts = [
        counted(Verdict::Problem, "problem", "problems"),
        counted(Verdict::Warning, "warning", "warnings"),
        counted(Verdict::Ok, "check is good", "checks are good"),
        counted(Verdict::Skipped, "was skipped", "were skipped"),
    ];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    page.palette
        .paint(tone(report.verdict()), &counts.join(", "))
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Skipped => Tone::Faint,
        Verdict::Ok => Tone::Good,
        Verdict::Warning => Tone::Warning,
        Verdict::Problem => Tone::Problem,
    }
}

/// Returns the lines of each check. Neighbours that were skipped for one reason share their lines.
fn blocks(checks: &[&Check], page: Page) -> Vec<String> {
    let is_same = |a: &&Check, b: &&Check| {
        a.verdict() == Verdict::Skipped
            && b.verdict() == Verdict::Skipped
            && a.summary() == b.summary()
    };
    let groups = checks.chunk_by(is_same);
    groups.map(|group| block(group, page)).collect()
}

/// Returns the lines of one check, or of several that were skipped. The evidence of a good check is left to JSON, except
/// where two things are compared.
fn block(group: &[&Check], page: Page) -> String {
    let check = group[0];
    let verdict = check.verdict();
    let head = format!("  {:<8} ", verdict.as_str());
    let ids: Vec<_> = group.iter().map(|it| it.id().as_str()).collect();
    let line = format!("{}: {}", ids.join(", "), check.summary());
    let head = head.replacen(
        verdict.as_str(),
        &page.palette.paint(tone(verdict), verdict.as_str()),
        1,
    );
    let mut lines = vec![wrap::hanging(&head, &rows::clean(&line), page.width)];
    let is_compared = verdict == Verdict::Ok && check.stage() == Stage::Migration;
    if is_compared || matches!(verdict, Verdict::Warning | Verdict::Problem) {
        lines.extend(noted("seen: ", check.evidence(), page));
        for found in check.causes() {
            lines.extend(cause(found, check.summary(), page));
        }
        lines.extend(noted("fix: ", check.fixes(), page));
    }
    lines.join("\n")
}

fn cause(found: &FoundCause, summary: &str, page: Page) -> Vec<String> {
    let name = match found.certainty {
        adobe_ims::error::Certainty::Certain => "cause",
        adobe_ims::error::Certainty::Likely => "likely cause",
        _ => "possible cause",
    };
    let text = format!("{} [{}]", found.cause.meaning(), found.cause.id());
    let head = format!("{INDENT}{name}: ");
    let mut lines = vec![wrap::hanging(&head, &text, page.width)];
    // The summary says what the failure said.
    let evidence = found.evidence.iter().filter(|it| *it != summary);
    lines.extend(noted("seen: ", evidence, page));
    lines
}

fn noted(name: &str, texts: impl IntoIterator<Item = impl AsRef<str>>, page: Page) -> Vec<String> {
    let head = format!("{INDENT}{name}");
    let texts = texts.into_iter();
    texts
        .map(|text| paragraphs(&head, text.as_ref(), page.width))
        .collect()
}

/// Wraps a text of several lines. A line that begins with a blank, such as one of YAML, stays as it is.
fn paragraphs(head: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(head.chars().count());
    let lines = text.lines().enumerate().map(|(at, line)| {
        let head = if at == 0 { head } else { indent.as_str() };
        let line = rows::clean(line);
        if line.starts_with(' ') {
            format!("{head}{line}")
        } else {
            wrap::hanging(head, &line, width)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
