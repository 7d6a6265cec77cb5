//! A PDF that was read, with its pages.

#[cfg(test)]
use std::collections::HashMap;
use std::collections::HashSet;

use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId};

#[cfg(test)]
use super::direction::visual_order;
use super::error::PdfError;
use super::limits::{
    MAX_DEPTH, MAX_FILE, MAX_OBJECT_NUMBER, MAX_PAGES, admit, memory_of, stream_limit, with_budget,
};

/// A PDF of any maker that was read.
#[derive(Debug)]
pub(crate) struct PdfFile {
    pub(super) document: Document,
    pub(super) pages: Vec<SourcePage>,
}

/// A page, and the nodes of the page tree that have its inherited attributes.
#[derive(Debug)]
pub(super) struct SourcePage {
    pub(super) id: ObjectId,
    inherited: Inherited,
}

/// For each of `INHERITED` the node that has it.
type Inherited = [Option<ObjectId>; 4];

const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

impl SourcePage {
    /// Returns the entries of the page, with the inherited ones.
    pub(super) fn entries(&self, document: &Document) -> Dictionary {
        let mut entries = document
            .get_dictionary(self.id)
            .cloned()
            .unwrap_or_default();
        for (key, value) in self.inherited_entries(document) {
            entries.set(key, value.clone());
        }
        entries
    }

    /// Estimates the memory that a copy of the page's entries takes.
    pub(super) fn memory(&self, document: &Document) -> usize {
        let inherited = self
            .inherited_entries(document)
            .map(|(_, value)| memory_of(value));
        inherited.sum::<usize>() + document.get_object(self.id).map_or(0, memory_of)
    }

    fn inherited_entries<'a>(
        &'a self,
        document: &'a Document,
    ) -> impl Iterator<Item = (&'static [u8], &'a Object)> {
        INHERITED
            .into_iter()
            .zip(&self.inherited)
            .filter_map(|(key, node)| {
                let node = document.get_dictionary((*node)?).ok()?;
                Some((key, node.get(key).ok()?))
            })
    }
}

impl PdfFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// The file is no PDF, encrypted, damaged or larger than the limits.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, PdfError> {
        // As other readers, this one skips bytes before the header.
        let head = &bytes[..bytes.len().min(1024)];
        if !head.windows(5).any(|window| window == b"%PDF-") {
            return Err(PdfError::NotPdf);
        }
        if bytes.len() > MAX_FILE {
            return Err(PdfError::TooLarge(format!(
                "it has {} bytes, more than {MAX_FILE}",
                bytes.len()
            )));
        }
        let mut document = load(bytes, false)?;
        if page_tree(&document).is_none() {
            document = load(bytes, true)?;
        }
        let highest = document.objects.keys().next_back().map_or(0, |id| id.0);
        if highest > MAX_OBJECT_NUMBER {
            return Err(PdfError::Damaged(format!(
                "the object number {highest} is too high"
            )));
        }
        document.max_id = highest;
        let pages = pages(&document)?;
        if pages.is_empty() {
            return Err(PdfError::Damaged("it has no pages".to_owned()));
        }
        Ok(Self { document, pages })
    }

    /// Returns the number of pages.
    pub(crate) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Returns the version in the header, such as `1.7`.
    pub(crate) fn version(&self) -> &str {
        &self.document.version
    }

    /// Returns the texts of the Info dictionary.
    pub(crate) fn information(&self) -> Vec<(String, String)> {
        super::information::read(&self.document)
    }

    /// Extracts the text of each page, with passages of Hebrew and Arabic in reading order. A page
    /// that cannot be read has no text. Texts in form objects are left out.
    ///
    /// Only tests need it. Without it, the tables of encodings stay out of the command.
    #[cfg(test)]
    pub(crate) fn text(&self) -> Vec<String> {
        let numbers: HashMap<ObjectId, u32> = self
            .document
            .get_pages()
            .into_iter()
            .map(|(number, id)| (id, number))
            .collect();
        let text_of = |page: &SourcePage| {
            let number = *numbers.get(&page.id)?;
            let chunks = self
                .document
                .extract_text_chunks_with_limit(&[number], PAGE_CONTENT_LIMIT);
            let text: String = chunks.into_iter().filter_map(Result::ok).collect();
            let lines: Vec<String> = text
                .split('\n')
                .map(|line| visual_order(line).into_iter().collect())
                .collect();
            Some(lines.join("\n"))
        };
        self.pages
            .iter()
            .map(|page| text_of(page).unwrap_or_default())
            .collect()
    }
}

/// The size to which the content of one page may decompress.
#[cfg(test)]
const PAGE_CONTENT_LIMIT: usize = 32 << 20;

fn load(bytes: &[u8], force_reconstruct: bool) -> Result<Document, PdfError> {
    let options = LoadOptions {
        filter: Some(admit),
        max_decompressed_size: Some(stream_limit(bytes.len())),
        force_reconstruct,
        ..LoadOptions::default()
    };
    let loaded = with_budget(bytes.len(), || {
        Document::load_mem_with_options(bytes, options)
    });
    let Some(loaded) = loaded else {
        let why = "its objects take too much memory or are too many";
        return Err(PdfError::TooLarge(why.to_owned()));
    };
    let document = loaded.map_err(read_error)?;
    // lopdf decrypts a file with an empty password. The real service refuses such files too.
    if document.encryption_state.is_some() || document.trailer.has(b"Encrypt") {
        return Err(PdfError::Encrypted);
    }
    Ok(document)
}

fn read_error(error: Error) -> PdfError {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { limit }) => {
            PdfError::TooLarge(format!("a stream decompresses to more than {limit} bytes"))
        }
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => {
            PdfError::Encrypted
        }
        error => PdfError::Damaged(error.to_string()),
    }
}

/// Returns the root of the page tree.
fn page_tree(document: &Document) -> Option<ObjectId> {
    let root = document
        .catalog()
        .ok()?
        .get(b"Pages")
        .and_then(Object::as_reference)
        .ok()?;
    let tree = document.get_dictionary(root).ok()?;
    tree.get_deref(b"Kids", document)
        .and_then(Object::as_array)
        .ok()?;
    Some(root)
}

/// Walks the page tree in order. Nodes that were met before are left out: they are cycles.
fn pages(document: &Document) -> Result<Vec<SourcePage>, PdfError> {
    let no_tree = || PdfError::Damaged("it has no page tree".to_owned());
    let mut walk = Walk {
        document,
        seen: HashSet::new(),
        pages: Vec::new(),
    };
    walk.node(page_tree(document).ok_or_else(no_tree)?, [None; 4], 0)?;
    Ok(walk.pages)
}

struct Walk<'a> {
    document: &'a Document,
    seen: HashSet<ObjectId>,
    pages: Vec<SourcePage>,
}

impl Walk<'_> {
    fn node(
        &mut self,
        id: ObjectId,
        mut inherited: Inherited,
        depth: usize,
    ) -> Result<(), PdfError> {
        if depth > MAX_DEPTH {
            return Err(PdfError::Damaged(format!(
                "its page tree is deeper than {MAX_DEPTH}"
            )));
        }
        let Ok(node) = self.document.get_dictionary(id) else {
            return Ok(());
        };
        if !self.seen.insert(id) {
            return Ok(());
        }
        for (key, origin) in INHERITED.into_iter().zip(&mut inherited) {
            if node.has(key) {
                *origin = Some(id);
            }
        }
        // Some makers leave out Type: a node with Kids is no page.
        let Ok(kids) = node
            .get_deref(b"Kids", self.document)
            .and_then(Object::as_array)
        else {
            return self.page(id, inherited);
        };
        for kid in kids.iter().filter_map(|kid| kid.as_reference().ok()) {
            self.node(kid, inherited, depth + 1)?;
        }
        Ok(())
    }

    fn page(&mut self, id: ObjectId, inherited: Inherited) -> Result<(), PdfError> {
        if self.pages.len() >= MAX_PAGES {
            return Err(PdfError::TooLarge(format!(
                "it has more than {MAX_PAGES} pages"
            )));
        }
        self.pages.push(SourcePage { id, inherited });
        Ok(())
    }
}
