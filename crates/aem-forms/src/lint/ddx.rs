use std::collections::{HashMap, HashSet};

use crate::ddx::{Ddx, ResultKind, Source};
use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::fold::fold;

use super::summary::Summary;

/// The names of the parts of the request that are no documents.
const RESERVED: [&str; 2] = ["ddx", "options"];

/// Checks a DDX against the names of the documents that are sent with it.
///
/// ```
/// use aem_forms::ddx::{Ddx, Merge};
/// use aem_forms::lint;
///
/// let xml = Merge::new("all.pdf").source("a.pdf").to_xml();
/// let ddx = Ddx::parse("merge.ddx", xml.as_bytes())?;
/// assert!(lint::ddx(&ddx, ["a.pdf"]).is_empty());
/// assert_eq!(lint::ddx(&ddx, ["A.pdf"])[0].problem.id(), "source-case");
/// # Ok::<(), aem_forms::Error>(())
/// ```
pub fn ddx<'a>(ddx: &Ddx, parts: impl IntoIterator<Item = &'a str>) -> Vec<Finding> {
    let parts: Vec<&str> = parts.into_iter().collect();
    let mut findings = results(ddx);
    findings.extend(reserved(ddx));
    let (sources, meant) = sources(ddx, &parts);
    findings.extend(sources);
    findings.extend(urls(ddx));
    if ddx.source_matches().is_empty() {
        findings.extend(unused(ddx, &parts, &meant));
    }
    findings
}

fn at(ddx: &Ddx, line: u32, column: u32) -> Place {
    ddx.place().clone().at(line, column)
}

fn results(ddx: &Ddx) -> Vec<Finding> {
    let mut duplicates = Summary::new(FormsProblem::ResultDuplicate, Grade::Refusal);
    let mut lines = HashMap::new();
    for result in ddx.results() {
        if result.kind() == ResultKind::Several {
            continue;
        }
        if let Some(first) = lines.insert(result.name(), result.line()) {
            duplicates.add(|| {
                let message = format!(
                    "the result {:?} has the name of the result in line {first}",
                    result.name()
                );
                (at(ddx, result.line(), result.column()), message, None)
            });
        }
    }
    let mut findings = duplicates.finish(ddx.place().clone(), "results with the name of another");
    let is_returned = |kind| matches!(kind, ResultKind::Document | ResultKind::Several);
    if !ddx
        .results()
        .iter()
        .any(|result| is_returned(result.kind()))
    {
        let message = "the DDX has no result that comes back";
        findings.push(Finding::new(
            FormsProblem::NoResult,
            Grade::Warning,
            ddx.place().clone(),
            message,
        ));
    }
    findings
}

fn reserved(ddx: &Ddx) -> Vec<Finding> {
    let sources = ddx.sources().iter();
    sources
        .filter(|source| RESERVED.contains(&source.name()))
        .map(|source| {
            let message = format!(
                "the source {:?} has the name of another part of the request",
                source.name()
            );
            let place = at(ddx, source.line(), source.column());
            Finding::new(FormsProblem::PartReserved, Grade::Refusal, place, message)
        })
        .collect()
}

/// Returns the findings about sources, and the documents that sources mean under another name.
fn sources<'a>(ddx: &Ddx, parts: &[&'a str]) -> (Vec<Finding>, HashSet<&'a str>) {
    let given: HashSet<&str> = parts.iter().copied().collect();
    let mut folded: HashMap<String, &'a str> = HashMap::new();
    let mut stems: HashMap<String, &'a str> = HashMap::new();
    for part in parts.iter().rev() {
        folded.insert(fold(part), part);
        stems.insert(stem(part), part);
    }
    let mut missing = Summary::new(FormsProblem::SourceMissing, Grade::Refusal);
    let mut differing = Summary::new(FormsProblem::SourceCase, Grade::Refusal);
    let named: HashSet<&str> = ddx.sources().iter().map(Source::name).collect();
    let mut meant = HashSet::new();
    for source in ddx.sources() {
        let name = source.name();
        if given.contains(name) || RESERVED.contains(&name) {
            continue;
        }
        let place = at(ddx, source.line(), source.column());
        let near = folded.get(&fold(name)).or_else(|| stems.get(&stem(name)));
        let near = near.copied().filter(|near| !named.contains(near));
        if let Some(near) = near {
            meant.insert(near);
            differing.add(|| (place, difference(name, near), Some(rename(name, near))));
        } else if source.is_required() {
            missing.add(|| {
                let message = format!("the source {name:?} is not among the documents");
                (place, message, None)
            });
        }
    }
    let mut findings = missing.finish(ddx.place().clone(), "sources that are missing");
    findings.extend(differing.finish(ddx.place().clone(), "names that differ"));
    (findings, meant)
}

/// Returns the form of a name without its ending.
fn stem(name: &str) -> String {
    let folded = fold(name);
    match folded.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => folded,
    }
}

fn difference(source: &str, part: &str) -> String {
    let in_what = if source.to_lowercase() == part.to_lowercase() {
        "in upper and lower case"
    } else if fold(source) == fold(part) {
        "in the Unicode form of its letters"
    } else {
        "in the ending"
    };
    format!("the source {source:?} and the document {part:?} differ {in_what} only")
}

fn rename(source: &str, part: &str) -> String {
    if source.chars().eq(part.chars()) || !source.is_ascii() || !part.is_ascii() {
        return "Give the document the name in the DDX. The letters look alike and are written with other characters."
            .to_owned();
    }
    format!(
        "Name the document {source:?}, such as with {source}=FILE, or write {part:?} in the DDX."
    )
}

fn urls(ddx: &Ddx) -> Vec<Finding> {
    let mut summary = Summary::new(FormsProblem::SourceUrl, Grade::Warning);
    for source in ddx.url_sources() {
        summary.add(|| {
            let message = format!("the source {:?} is a URL", source.name());
            (at(ddx, source.line(), source.column()), message, None)
        });
    }
    summary.finish(ddx.place().clone(), "sources that are URLs")
}

fn unused(ddx: &Ddx, parts: &[&str], meant: &HashSet<&str>) -> Vec<Finding> {
    let named: HashSet<&str> = ddx.sources().iter().map(Source::name).collect();
    let mut summary = Summary::new(FormsProblem::SourceUnused, Grade::Note);
    for part in parts {
        if named.contains(part) || meant.contains(part) || RESERVED.contains(part) {
            continue;
        }
        summary.add(|| {
            let message = format!("the DDX names no source {part:?}");
            (Place::part(*part), message, None)
        });
    }
    summary.finish(ddx.place().clone(), "documents that the DDX does not name")
}
