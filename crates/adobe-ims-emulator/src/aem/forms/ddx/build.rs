//! Making one result of a DDX.

use std::collections::HashMap;

use bytes::Bytes;

use crate::aem::forms::ddx::model::{Block, Content, DdxError, PdfResult, XdpSource};
use crate::aem::forms::ddx::xdp;
use crate::pdf::{PdfFile, Properties, Source, assemble, mark_pdfa, split_by_bookmarks};

/// A document that an assembly made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
    pub(crate) content: Bytes,
}

const PDF: &str = "application/pdf";

/// Makes the documents of a block. `find` returns a source by its name.
pub(crate) fn build(
    block: &Block,
    properties: &Properties,
    find: &impl Fn(&str) -> Option<Bytes>,
) -> Result<Vec<Made>, DdxError> {
    let name = &block.name;
    let made = |content_type, content: Vec<u8>| Made {
        name: name.clone(),
        content_type,
        content: content.into(),
    };
    match &block.content {
        Content::Pdf(result) => {
            let content = pdf(name, result, properties, find)?;
            Ok(vec![made(PDF, content)])
        }
        Content::Bookmarks(result) => split(name, result, properties, find),
        Content::Xdp(sources) => {
            let content = xdp_result(name, sources, find)?;
            Ok(vec![made("application/vnd.adobe.xdp+xml", content)])
        }
        Content::Information(source) => {
            let file = open(source, &required(source, find)?)?;
            Ok(vec![made(
                "application/xml",
                information(&file).into_bytes(),
            )])
        }
    }
}

fn required(name: &str, find: &impl Fn(&str) -> Option<Bytes>) -> Result<Bytes, DdxError> {
    find(name).ok_or_else(|| DdxError::MissingSource(name.to_owned()))
}

fn open(name: &str, content: &[u8]) -> Result<PdfFile, DdxError> {
    PdfFile::open(content).map_err(|error| DdxError::Source {
        name: name.to_owned(),
        reason: error.to_string(),
    })
}

fn pdf(
    name: &str,
    result: &PdfResult,
    properties: &Properties,
    find: &impl Fn(&str) -> Option<Bytes>,
) -> Result<Vec<u8>, DdxError> {
    // Each file is opened once, however often its pages are used.
    let mut files: HashMap<&str, PdfFile> = HashMap::new();
    for source in &result.sources {
        let name = source.name.as_str();
        if files.contains_key(name) {
            continue;
        }
        match find(name) {
            Some(content) => files.insert(name, open(name, &content)?),
            None if source.is_required => return Err(DdxError::MissingSource(name.to_owned())),
            None => None,
        };
    }
    let sources: Vec<_> = result
        .sources
        .iter()
        .filter_map(|source| {
            Some(Source {
                pages: source.pages.clone(),
                overlay: source.overlay.clone(),
                bookmark: source.bookmark.clone(),
                ..Source::new(files.get(source.name.as_str())?)
            })
        })
        .collect();
    let mut properties = properties.clone();
    properties.title.clone_from(&result.properties.title);
    properties.information.clone_from(&result.properties.others);
    let failed = |reason: String| DdxError::Result {
        name: name.to_owned(),
        reason,
    };
    let content = assemble(&sources, &result.overlay, &properties);
    let content = content.map_err(|error| failed(error.to_string()))?;
    match result.pdfa {
        Some(level) => {
            mark_pdfa(&content, level, &properties).map_err(|reasons| failed(reasons.join("; ")))
        }
        None => Ok(content),
    }
}

fn split(
    prefix: &str,
    result: &PdfResult,
    properties: &Properties,
    find: &impl Fn(&str) -> Option<Bytes>,
) -> Result<Vec<Made>, DdxError> {
    let whole = pdf(prefix, result, properties, find)?;
    let file = open(prefix, &whole)?;
    let failed = |reason: String| DdxError::Result {
        name: prefix.to_owned(),
        reason,
    };
    let parts = split_by_bookmarks(&file, properties).map_err(|error| failed(error.to_string()))?;
    if parts.is_empty() {
        return Err(failed("the sources have no bookmarks".to_owned()));
    }
    // How Adobe makes names from the prefix is not documented.
    let named = parts
        .into_iter()
        .enumerate()
        .map(|(at, (_, content))| Made {
            name: format!("{prefix}.{:05}.pdf", at + 1),
            content_type: PDF,
            content: content.into(),
        });
    Ok(named.collect())
}

fn xdp_result(
    name: &str,
    sources: &[XdpSource],
    find: &impl Fn(&str) -> Option<Bytes>,
) -> Result<Vec<u8>, DdxError> {
    let mut filled = Vec::new();
    for source in sources {
        let base = required(&source.name, find)?;
        let mut fragments = Vec::new();
        for insertion in &source.insertions {
            let fragment = required(&insertion.source, find)?;
            fragments.push((insertion.point.as_str(), fragment));
        }
        let fragments: Vec<_> = fragments
            .iter()
            .map(|(point, content)| (*point, &content[..]))
            .collect();
        let content = xdp::insert(&base, &fragments).map_err(|reason| DdxError::Source {
            name: source.name.clone(),
            reason,
        })?;
        filled.push(content);
    }
    let further: Vec<_> = filled.iter().skip(1).map(|content| &content[..]).collect();
    let failed = |reason| DdxError::Result {
        name: name.to_owned(),
        reason,
    };
    match filled.first() {
        Some(base) => xdp::append(base, &further).map_err(failed),
        None => Err(failed("it has no source".to_owned())),
    }
}

/// Returns the report of `DocumentInformation`. The form of Adobe's report is not documented.
fn information(file: &PdfFile) -> String {
    let mut report = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DocInfo xmlns=\"http://ns.adobe.com/DDX/DocInfo/1.0/\">\n",
    );
    let mut add = |name: &str, value: &str| {
        report.push_str(&format!("  <{name}>{}</{name}>\n", escape(value)));
    };
    add("PageCount", &file.page_count().to_string());
    add("PDFVersion", file.version());
    for (name, value) in file.information() {
        if name.bytes().all(|byte| byte.is_ascii_alphabetic()) && !name.is_empty() {
            add(&name, &value);
        }
    }
    report.push_str("</DocInfo>\n");
    report
}

/// Escapes a text for XML, and leaves out characters that XML cannot have.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => {
                escaped.push(character)
            }
            _ => {}
        }
    }
    escaped
}
