//! `ims forms check`: the checks before sending, offline.

use std::path::Path;

use aem_forms::ddx::Ddx;
use aem_forms::error::{Finding, Grade, Place};
use aem_forms::known_options::Operation;
use aem_forms::lint::{self, FileKind, Strictness, Template, TemplateUse, verdict};
use serde::Serialize;

use crate::args::TextFormat;
use crate::args::forms::{FormsCheckArgs, OptionsFor, OutputName};
use crate::console::colour::{Palette, Tone};
use crate::console::rows::clean;
use crate::console::{Stream, wrap};
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::error::Failure;
use crate::error::exit_code::CHECK_FAILED;
use crate::forms::data;
use crate::forms::findings::strictness;
use crate::forms::sources;

/// Returns the exit code: a finding is a result.
pub(super) fn run(args: &FormsCheckArgs, context: &Context) -> Result<i32, Failure> {
    let files = args.files.iter().map(|name| CheckedFile::read(name));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let findings = check(args, &files);
    let strictness = strictness(args.strict);
    match args.output {
        TextFormat::Json => context.console.json(&json(&files, &findings, strictness))?,
        TextFormat::Text => {
            let palette = context.palette(Stream::Stdout);
            let width = wrap::line_width(Stream::Stdout);
            let text = text(&files, &findings, palette, width);
            context.console.result(&text)?;
        }
    }
    Ok(match verdict(&findings, strictness) {
        Some(Grade::Refusal) => CHECK_FAILED,
        _ => 0,
    })
}

/// A file and its kind.
struct CheckedFile {
    name: String,
    content: Vec<u8>,
    kind: FileKind,
}

impl CheckedFile {
    fn read(name: &str) -> Result<Self, Failure> {
        let content = NamedFile::new("FILE", Path::new(name)).content()?;
        Ok(Self {
            name: name.to_owned(),
            kind: FileKind::of(&content),
            content,
        })
    }

    /// Returns the name under which the file would be a part of a request.
    fn part(&self) -> String {
        let name = Path::new(&self.name).file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

fn check(args: &FormsCheckArgs, files: &[CheckedFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let template = template_among(files);
    let mut parsed = None;
    if let Some(file) = template {
        match Template::parse(&file.name, &file.content) {
            Ok(template) => {
                findings.extend(template.check(&intended(args)));
                parsed = Some(template);
            }
            Err(error) => findings.extend_from_slice(error.findings()),
        }
    }
    for file in files {
        if template.is_some_and(|template| std::ptr::eq(template, file)) {
            continue;
        }
        findings.extend(check_file(file, args, files, parsed.as_ref()));
    }
    findings
}

/// Returns the template: the first of the files that is one, or a PDF that stands beside data.
fn template_among(files: &[CheckedFile]) -> Option<&CheckedFile> {
    let first = |kind| files.iter().find(|file| file.kind == kind);
    let has = |kind| first(kind).is_some();
    first(FileKind::Template).or_else(|| {
        let has_data = has(FileKind::Data) || has(FileKind::JsonData);
        first(FileKind::Pdf).filter(|_| has_data && !has(FileKind::Ddx))
    })
}

fn intended(args: &FormsCheckArgs) -> TemplateUse {
    let mut intended = TemplateUse::default();
    if args.content_root.is_some() {
        intended = intended.content_root();
    }
    if args.kind.is_print() {
        intended = intended.print();
    }
    intended
}

fn check_file(
    file: &CheckedFile,
    args: &FormsCheckArgs,
    files: &[CheckedFile],
    template: Option<&Template>,
) -> Vec<Finding> {
    let name = &file.name;
    match file.kind {
        FileKind::Template => match Template::parse(name, &file.content) {
            Ok(template) => template.check(&intended(args)),
            Err(error) => error.findings().to_vec(),
        },
        FileKind::Data | FileKind::MalformedXml | FileKind::JsonData => {
            data::check(name, &file.content, template)
        }
        FileKind::Ddx => check_ddx(file, files),
        FileKind::Pdf => lint::pdf(name, &file.content),
        FileKind::Options => lint::options(
            Place::file(name),
            &file.content,
            operation(args, &file.content),
        ),
        FileKind::BatchConfiguration => lint::batch_configuration(Place::file(name), &file.content),
        FileKind::Xci => Vec::new(),
        // It says what the file is.
        _ => match Template::parse(name, &file.content) {
            Ok(_) => Vec::new(),
            Err(error) => error.findings().to_vec(),
        },
    }
}

fn check_ddx(file: &CheckedFile, files: &[CheckedFile]) -> Vec<Finding> {
    let ddx = match Ddx::parse(&file.name, &file.content) {
        Ok(ddx) => ddx,
        Err(error) => return error.findings().to_vec(),
    };
    // A template and its data may be checked in the same call.
    let is_named = |name: &str| ddx.sources().iter().any(|source| source.name() == name);
    let is_source = |it: &&CheckedFile| it.kind == FileKind::Pdf || is_named(&it.part());
    let mut parts: Vec<String> = files
        .iter()
        .filter(is_source)
        .map(CheckedFile::part)
        .collect();
    let beside = sources::beside(Path::new(&file.name), &ddx, &parts);
    parts.extend(beside.into_iter().map(|source| source.name));
    lint::ddx(&ddx, parts.iter().map(String::as_str))
}

/// Returns the request that options are for. Without a flag, options of one request alone tell it.
fn operation(args: &FormsCheckArgs, options: &[u8]) -> Operation {
    let of_generation = match args.kind {
        OutputName::Pdf => Operation::Pdf,
        OutputName::Afp => Operation::Afp,
        _ => Operation::Print,
    };
    match args.options_for {
        Some(OptionsFor::Generate) => return of_generation,
        Some(OptionsFor::Assemble) => return Operation::Assemble,
        Some(OptionsFor::PdfaConvert) => return Operation::PdfaConvert,
        Some(OptionsFor::PdfaCheck) => return Operation::PdfaValidate,
        None => {}
    }
    let text = String::from_utf8_lossy(options);
    let has = |names: &[&str]| {
        names
            .iter()
            .any(|name| text.contains(&format!("\"{name}\"")))
    };
    if has(&["printConfig", "copies", "paginationOverride"]) {
        Operation::Print
    } else if has(&[
        "defaultStyle",
        "validateOnly",
        "failOnError",
        "firstBatesNumber",
    ]) {
        Operation::Assemble
    } else if has(&["compliance", "resultLevel", "colorSpace", "optionalContent"]) {
        Operation::PdfaConvert
    } else {
        of_generation
    }
}

/// `ims.forms.check/1`: fields are added, never removed.
#[derive(Serialize)]
struct CheckJson<'a> {
    schema: &'static str,
    passed: bool,
    files: Vec<FileJson<'a>>,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct FileJson<'a> {
    file: &'a str,
    kind: &'static str,
}

fn json<'a>(
    files: &'a [CheckedFile],
    findings: &'a [Finding],
    strictness: Strictness,
) -> CheckJson<'a> {
    CheckJson {
        schema: "ims.forms.check/1",
        passed: verdict(findings, strictness) != Some(Grade::Refusal),
        files: files
            .iter()
            .map(|file| FileJson {
                file: &file.name,
                kind: file.kind.as_str(),
            })
            .collect(),
        findings,
    }
}

fn text(files: &[CheckedFile], findings: &[Finding], palette: Palette, width: usize) -> String {
    let mut lines = Vec::new();
    for finding in findings {
        let tone = match finding.grade {
            Grade::Refusal => Tone::Problem,
            Grade::Warning => Tone::Warning,
            _ => Tone::Faint,
        };
        let label = format!(
            "{}  ",
            palette.paint(tone, &format!("{:<7}", finding.grade.as_str()))
        );
        let what = format!("{finding} [{}]", finding.problem.id());
        lines.push(wrap::hanging(&label, &clean(&what), width));
        if let Some(hint) = &finding.hint {
            lines.push(wrap::hanging("         hint: ", &clean(hint), width));
        }
    }
    lines.push(summary(files, findings));
    lines.join("\n")
}

fn summary(files: &[CheckedFile], findings: &[Finding]) -> String {
    let files = match files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    if findings.is_empty() {
        return format!("{files}: nothing is wrong");
    }
    let count = |grade| findings.iter().filter(|it| it.grade == grade).count();
    let counts = [
        (Grade::Refusal, "refusal"),
        (Grade::Warning, "warning"),
        (Grade::Note, "note"),
    ];
    let counts = counts
        .iter()
        .filter_map(|(grade, name)| match count(*grade) {
            0 => None,
            1 => Some(format!("1 {name}")),
            many => Some(format!("{many} {name}s")),
        });
    format!("{files}: {}", counts.collect::<Vec<_>>().join(", "))
}
