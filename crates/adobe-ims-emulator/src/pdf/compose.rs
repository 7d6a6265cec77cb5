//! A PDF from texts and frames.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::canvas::{Canvas, Line};
use super::catalog;
use super::font_objects::compressed;
use super::fonts::Fonts;
use super::information;
use super::linearize::linearize;
use super::page::{Page, Text};
use super::page_geometry::real;
use super::properties::{FileLayout, Properties, Structure};
use super::structure::StructureTree;

/// Writes a PDF with these pages. Without pages it has an empty one.
pub(crate) fn compose(pages: &[Page], properties: &Properties) -> Vec<u8> {
    let mut composer = Composer::new(properties);
    let empty = [Page::default()];
    for page in if pages.is_empty() { &empty } else { pages } {
        composer.add_page(page);
    }
    let mut document = composer.finish(properties);
    match properties.layout {
        FileLayout::Plain => information::save(&mut document),
        FileLayout::Linearized => linearize(&document),
    }
}

/// A document while its pages are written.
struct Composer {
    document: Document,
    fonts: Fonts,
    page_tree: ObjectId,
    pages: Vec<Object>,
    structure: Option<StructureTree>,
}

/// The distance of base lines, and the distance of the first one from the top, as parts of the size.
const LINE_HEIGHT: f64 = 1.2;
const ASCENT: f64 = 0.9;

impl Composer {
    fn new(properties: &Properties) -> Self {
        let mut document = information::new_document(properties);
        let page_tree = document.new_object_id();
        let structure = match properties.structure {
            Structure::Plain => None,
            Structure::Tagged => Some(StructureTree::new(&mut document)),
        };
        Self {
            document,
            fonts: Fonts::new(properties.fonts),
            page_tree,
            pages: Vec::new(),
            structure,
        }
    }

    fn add_page(&mut self, page: &Page) {
        let (width, height) = page.size();
        let id = self.document.new_object_id();
        let mut entries = dictionary! {
            "Type" => "Page",
            "Parent" => self.page_tree,
            "MediaBox" => vec![0.into(), 0.into(), real(width), real(height)],
        };
        if let Some(structure) = &mut self.structure {
            entries.set("StructParents", structure.begin_page());
            entries.set("Tabs", "S");
        }
        let (content, fonts) = self.content(page, id);
        let content = self.document.add_object(compressed(content));
        entries.set("Contents", content);
        entries.set("Resources", dictionary! { "Font" => fonts });
        self.document.objects.insert(id, entries.into());
        self.pages.push(id.into());
    }

    fn content(&mut self, page: &Page, id: ObjectId) -> (Vec<u8>, Dictionary) {
        let mut canvas = Canvas::default();
        let (_, height) = page.size();
        if self.structure.is_some() && !page.frames.is_empty() {
            canvas.raw("/Artifact BMC");
        }
        for frame in &page.frames {
            canvas.frame(frame, height);
        }
        if self.structure.is_some() && !page.frames.is_empty() {
            canvas.raw("EMC");
        }
        for text in &page.texts {
            self.text(&mut canvas, text, page, id);
        }
        canvas.finish()
    }

    fn text(&mut self, canvas: &mut Canvas, text: &Text, page: &Page, id: ObjectId) {
        if text.text.is_empty() {
            return;
        }
        if let Some(structure) = &mut self.structure {
            let mark = structure.add_paragraph(&mut self.document, id);
            canvas.raw(&format!("/P << /MCID {mark} >> BDC"));
        }
        for (index, line) in text.lines().enumerate() {
            if !line.is_empty() {
                let runs = self.fonts.encode(&mut self.document, &line);
                canvas.line(&runs, place(text, index, page.size()));
            }
        }
        if self.structure.is_some() {
            canvas.raw("EMC");
        }
    }

    fn finish(mut self, properties: &Properties) -> Document {
        let document = &mut self.document;
        self.fonts.finish(document);
        let mut catalog = catalog::begin(document, self.page_tree, self.pages, properties);
        if let Some(structure) = self.structure {
            catalog.set("MarkInfo", dictionary! { "Marked" => true });
            catalog.set("StructTreeRoot", structure.finish(document));
            catalog.set(
                "ViewerPreferences",
                dictionary! { "DisplayDocTitle" => properties.title.is_some() },
            );
        }
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        self.document
    }
}

/// Returns the place of a line of a text, moved into the page: readers drop what is outside.
fn place(text: &Text, line: usize, (page_width, page_height): (f64, f64)) -> Line {
    let finite = |value: f64, default: f64| if value.is_finite() { value } else { default };
    let size = finite(text.size, 10.0).clamp(1.0, 1_000.0).min(page_height);
    #[expect(clippy::cast_precision_loss, reason = "a page holds few lines")]
    let below = size * (ASCENT + LINE_HEIGHT * line as f64);
    let x = finite(text.x, 0.0).clamp(0.0, (page_width - 2.0).max(0.0));
    let y = page_height - finite(text.y, 0.0).max(0.0) - below;
    let room = finite(text.width.unwrap_or(page_width), page_width);
    Line {
        x,
        y: y.clamp(size * 0.25, page_height),
        size,
        room: room.min(page_width - x).max(1.0),
    }
}
