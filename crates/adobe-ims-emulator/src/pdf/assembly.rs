//! The document that pages of others are added to.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::catalog;
use super::copier::Copier;
use super::font_objects::compressed;
use super::fonts::Fonts;
use super::form_fields::Form;
use super::information;
use super::outlines::{self, Outline};
use super::overlay::{Overlay, Sheet, draw};
use super::page_geometry::{CONTENT_BUDGET, area, contents, open_states, real, rotation};
use super::properties::Properties;
use super::ranges::PageRanges;
use super::read::{PdfFile, SourcePage};

/// A file whose pages are assembled.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a PdfFile,
    pub(crate) pages: PageRanges,
    /// The overlay on the pages of this source.
    pub(crate) overlay: Overlay,
    /// A bookmark to the first page of this source. The bookmarks of the file go below it.
    pub(crate) bookmark: Option<String>,
}

impl<'a> Source<'a> {
    /// Takes all pages of a file.
    pub(crate) fn new(file: &'a PdfFile) -> Self {
        Self {
            file,
            pages: PageRanges::default(),
            overlay: Overlay::default(),
            bookmark: None,
        }
    }
}

/// The chosen pages of a source, and their ids in the result.
pub(super) struct Chosen<'a> {
    source: &'a Source<'a>,
    pages: Vec<usize>,
    ids: Vec<ObjectId>,
    /// The place of the file among the files of the result.
    file: usize,
}

/// A file of the result. Several sources may name it; its objects are copied once.
struct UsedFile<'a> {
    file: &'a PdfFile,
    copier: Copier<'a>,
    outlines: Vec<Outline>,
    pages: Vec<usize>,
}

/// A result while its pages are added.
pub(super) struct Assembly<'a> {
    document: Document,
    fonts: Fonts,
    page_tree: ObjectId,
    pages: Vec<Object>,
    page_count: usize,
    outlines: Vec<Outline>,
    files: Vec<UsedFile<'a>>,
    content_budget: usize,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(properties: &Properties, page_count: usize) -> Self {
        let mut document = information::new_document(properties);
        let page_tree = document.new_object_id();
        Self {
            document,
            fonts: Fonts::new(properties.fonts),
            page_tree,
            pages: Vec::new(),
            page_count,
            outlines: Vec::new(),
            files: Vec::new(),
            content_budget: CONTENT_BUDGET,
        }
    }

    /// Gives the pages of a source their places. All sources have to be chosen before one is added:
    /// a link of one source may lead to a page of the next.
    pub(super) fn choose(&mut self, source: &'a Source<'a>, pages: Vec<usize>) -> Chosen<'a> {
        let known = self
            .files
            .iter()
            .position(|used| std::ptr::eq(used.file, source.file));
        let file = known.unwrap_or_else(|| {
            self.files.push(UsedFile {
                file: source.file,
                copier: Copier::new(&source.file.document),
                outlines: outlines::read(&source.file.document),
                pages: Vec::new(),
            });
            self.files.len() - 1
        });
        let ids: Vec<ObjectId> = pages
            .iter()
            .map(|_| self.document.new_object_id())
            .collect();
        let used = &mut self.files[file];
        for (page, id) in pages.iter().zip(&ids) {
            used.copier.set_place(source.file.pages[*page].id, *id);
        }
        used.pages.extend(&pages);
        Chosen {
            source,
            pages,
            ids,
            file,
        }
    }

    /// Adds the pages of a source.
    pub(super) fn add(&mut self, chosen: &Chosen<'_>, overlay: &Overlay) {
        let overlays: Vec<&Overlay> = [overlay, &chosen.source.overlay]
            .into_iter()
            .filter(|overlay| !overlay.is_empty())
            .collect();
        for (page, id) in chosen.pages.iter().zip(&chosen.ids) {
            let page = &chosen.source.file.pages[*page];
            let mut entries = self.page(page, chosen.file, &overlays);
            entries.set("Parent", self.page_tree);
            self.document.objects.insert(*id, entries.into());
            self.pages.push((*id).into());
        }
        self.add_outlines(chosen);
    }

    fn page(&mut self, page: &SourcePage, file: usize, overlays: &[&Overlay]) -> Dictionary {
        let source = &self.files[file].file.document;
        let mut entries = page.entries(source);
        entries.remove(b"Parent");
        // The type decides what the copier leaves out. Some makers do not write it.
        entries.set("Type", "Page");
        let contents = contents(source, &entries);
        entries.remove(b"Contents");
        let sheet = Sheet {
            area: area(source, &entries),
            rotation: rotation(source, &entries),
            number: self.pages.len() + 1,
            last_number: self.page_count,
        };
        entries.set("Resources", resources(source, &entries));
        let open_states = if overlays.is_empty() {
            0
        } else {
            open_states(source, &contents, &mut self.content_budget)
        };
        let copier = &mut self.files[file].copier;
        let mut contents: Vec<Object> = contents
            .iter()
            .map(|content| copier.copy(&mut self.document, content))
            .collect();
        let copy = copier.copy(&mut self.document, &entries.into());
        let mut entries = copy.as_dict().cloned().unwrap_or_default();
        if entries.get(b"MediaBox").is_ok_and(Object::is_null) || !entries.has(b"MediaBox") {
            entries.set("MediaBox", sheet.area.map(real).to_vec());
        }
        if !overlays.is_empty() {
            let (before, over) = self.overlay(overlays, &sheet, open_states, &mut entries);
            contents.insert(0, before);
            contents.push(over);
        }
        entries.set("Contents", contents);
        entries
    }
    /// Draws overlays. Returns what goes before the contents of the page, to save the graphics state,
    /// and what goes behind them.
    fn overlay(
        &mut self,
        overlays: &[&Overlay],
        sheet: &Sheet,
        open_states: usize,
        entries: &mut Dictionary,
    ) -> (Object, Object) {
        let (operators, fonts) = draw(overlays, sheet, &mut self.fonts, &mut self.document);
        let resources = entries.get_mut(b"Resources").and_then(Object::as_dict_mut);
        if let Ok(own) = resources
            .and_then(|resources| resources.get_mut(b"Font"))
            .and_then(Object::as_dict_mut)
        {
            own.extend(&fonts);
        }
        let before = self
            .document
            .add_object(Stream::new(Dictionary::new(), b"q\n".to_vec()));
        let mut over = b"\nQ".repeat(open_states + 1);
        over.push(b'\n');
        over.extend(operators);
        let over = self.document.add_object(compressed(over));
        (before.into(), over.into())
    }

    fn add_outlines(&mut self, chosen: &Chosen<'_>) {
        let file = &mut self.files[chosen.file];
        let pages = chosen
            .pages
            .iter()
            .map(|page| file.file.pages[*page].id)
            .collect();
        let kept: Vec<Outline> = file
            .outlines
            .iter()
            .filter_map(|outline| kept(outline, &pages))
            .collect();
        let copy = |mut outline: Outline| {
            move_to(&mut outline, &mut file.copier, &mut self.document);
            outline
        };
        let kept: Vec<Outline> = kept.into_iter().map(copy).collect();
        match (&chosen.source.bookmark, chosen.ids.first()) {
            (Some(title), Some(first)) => self.outlines.push(Outline {
                title: title.clone(),
                destination: Some(vec![(*first).into(), "Fit".into()]),
                children: kept,
            }),
            _ => self.outlines.extend(kept),
        }
    }

    /// Writes what belongs to the whole result.
    pub(super) fn finish(mut self, properties: &Properties) -> Document {
        let document = &mut self.document;
        self.fonts.finish(document);
        let mut catalog = catalog::begin(document, self.page_tree, self.pages, properties);
        if let Some(outlines) = outlines::write(document, &self.outlines) {
            catalog.set("Outlines", outlines);
        }
        let mut form = Form::default();
        for used in &mut self.files {
            form.add(used.file, &used.pages, &mut used.copier, document);
        }
        if let Some(form) = form.finish() {
            let form = document.add_object(form);
            catalog.set("AcroForm", form);
        }
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        self.document
    }
}

/// Returns the resources of a page, with a font dictionary that can be extended.
fn resources(source: &Document, page: &Dictionary) -> Dictionary {
    let resources = page
        .get_deref(b"Resources", source)
        .and_then(Object::as_dict);
    let mut resources = resources.cloned().unwrap_or_default();
    let fonts = resources
        .get_deref(b"Font", source)
        .and_then(Object::as_dict);
    let fonts = fonts.cloned().unwrap_or_default();
    resources.set("Font", fonts);
    resources
}

/// Returns a bookmark with those below it that lead to one of the pages.
fn kept(outline: &Outline, pages: &HashSet<ObjectId>) -> Option<Outline> {
    let leads_to_page = outline.page().is_some_and(|page| pages.contains(&page));
    let children: Vec<Outline> = outline
        .children
        .iter()
        .filter_map(|child| kept(child, pages))
        .collect();
    (leads_to_page || !children.is_empty()).then(|| Outline {
        title: outline.title.clone(),
        destination: outline.destination.clone().filter(|_| leads_to_page),
        children,
    })
}

/// Moves the places of bookmarks into the result.
fn move_to(outline: &mut Outline, copier: &mut Copier<'_>, target: &mut Document) {
    outline.destination =
        outline
            .destination
            .take()
            .and_then(|place| match copier.copy(target, &place.into()) {
                Object::Array(place) => Some(place),
                _ => None,
            });
    for child in &mut outline.children {
        move_to(child, copier, target);
    }
}
