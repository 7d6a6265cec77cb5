//! A PDF from the pages of others.

use std::collections::HashMap;
use std::fmt;

use lopdf::ObjectId;

use super::assembly::{Assembly, Chosen, Source};
use super::information;
use super::limits::{MAX_PAGE_MEMORY, MAX_PAGES};
use super::outlines;
use super::overlay::Overlay;
use super::properties::Properties;
use super::ranges::{PageRangeError, PageRanges};
use super::read::PdfFile;

/// The reason why pages cannot be assembled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AssembleError {
    /// There is no page at all.
    NoPages,
    /// The pages of a source, counted from 0, cannot be chosen.
    Pages {
        source: usize,
        error: PageRangeError,
    },
    /// The result has more pages, or larger ones, than the emulator writes.
    TooLarge,
}

impl fmt::Display for AssembleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPages => formatter.write_str("the result has no pages"),
            Self::Pages { source, error } => write!(formatter, "source {}: {error}", source + 1),
            Self::TooLarge => write!(
                formatter,
                "the result is too large; the emulator writes at most {MAX_PAGES} pages"
            ),
        }
    }
}

impl std::error::Error for AssembleError {}

/// Writes a PDF with the pages of the sources in their order.
///
/// Annotations, form fields and bookmarks are kept. Page labels, structure trees, embedded files,
/// programs and signatures are not.
///
/// # Errors
///
/// A source does not have the pages, or the result has no page or too many.
pub(crate) fn assemble(
    sources: &[Source<'_>],
    overlay: &Overlay,
    properties: &Properties,
) -> Result<Vec<u8>, AssembleError> {
    let mut chosen = Vec::new();
    let mut memory = 0_usize;
    for (source, of) in sources.iter().enumerate() {
        let pages = of.pages.resolve(of.file.page_count());
        let pages = pages.map_err(|error| AssembleError::Pages { source, error })?;
        for page in &pages {
            memory = memory.saturating_add(of.file.pages[*page].memory(&of.file.document));
            if memory > MAX_PAGE_MEMORY {
                return Err(AssembleError::TooLarge);
            }
        }
        chosen.push(pages);
    }
    let page_count = chosen.iter().map(Vec::len).sum();
    if page_count == 0 {
        return Err(AssembleError::NoPages);
    }
    if page_count > MAX_PAGES {
        return Err(AssembleError::TooLarge);
    }
    let mut assembly = Assembly::new(properties, page_count);
    let plan: Vec<Chosen<'_>> = sources
        .iter()
        .zip(chosen)
        .map(|(source, pages)| assembly.choose(source, pages))
        .collect();
    for chosen in &plan {
        assembly.add(chosen, overlay);
    }
    let mut document = assembly.finish(properties);
    Ok(information::save(&mut document))
}

/// Writes a PDF for each bookmark of level 1, with the pages up to the next one.
///
/// # Errors
///
/// As for [`assemble`].
pub(crate) fn split_by_bookmarks(
    file: &PdfFile,
    properties: &Properties,
) -> Result<Vec<(String, Vec<u8>)>, AssembleError> {
    let places: HashMap<ObjectId, usize> = file
        .pages
        .iter()
        .enumerate()
        .map(|(index, page)| (page.id, index))
        .collect();
    let starts: Vec<(String, usize)> = outlines::read(&file.document)
        .into_iter()
        .filter_map(|outline| Some((*places.get(&outline.page()?)?, outline.title)))
        .map(|(start, title)| (title, start))
        .collect();
    let mut results = Vec::new();
    for (index, (title, start)) in starts.iter().enumerate() {
        let next = starts
            .get(index + 1)
            .map_or(file.page_count(), |(_, next)| *next);
        let source = Source {
            pages: PageRanges::between(*start, next.max(start + 1)),
            ..Source::new(file)
        };
        let properties = Properties {
            title: Some(title.clone()),
            ..properties.clone()
        };
        let bytes = assemble(&[source], &Overlay::default(), &properties)?;
        results.push((title.clone(), bytes));
    }
    Ok(results)
}
