//! The structure tree of a tagged document: one paragraph for each text.

use lopdf::{Document, Object, ObjectId, dictionary};

/// The structure tree while the pages are written.
#[derive(Debug)]
pub(super) struct StructureTree {
    root: ObjectId,
    /// The element that holds the paragraphs.
    body: ObjectId,
    paragraphs: Vec<Object>,
    /// The paragraphs of each page, in the order of their marks.
    pages: Vec<Vec<Object>>,
}

impl StructureTree {
    pub(super) fn new(document: &mut Document) -> Self {
        Self {
            root: document.new_object_id(),
            body: document.new_object_id(),
            paragraphs: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// Begins a page. Returns the value of its entry `StructParents`.
    pub(super) fn begin_page(&mut self) -> i64 {
        self.pages.push(Vec::new());
        index(self.pages.len() - 1)
    }

    /// Adds a paragraph to the page that was begun last. Returns the mark of its content.
    pub(super) fn add_paragraph(&mut self, document: &mut Document, page: ObjectId) -> i64 {
        let marks = self.pages.last().map_or(0, Vec::len);
        let paragraph = document.add_object(dictionary! {
            "Type" => "StructElem",
            "S" => "P",
            "P" => self.body,
            "Pg" => page,
            "K" => index(marks),
        });
        self.paragraphs.push(paragraph.into());
        if let Some(page) = self.pages.last_mut() {
            page.push(paragraph.into());
        }
        index(marks)
    }

    /// Writes the tree and returns the id of its root.
    pub(super) fn finish(self, document: &mut Document) -> ObjectId {
        let mut numbers = Vec::new();
        let next_key = index(self.pages.len());
        for (page, paragraphs) in self.pages.into_iter().enumerate() {
            let paragraphs = document.add_object(Object::Array(paragraphs));
            numbers.extend([index(page).into(), paragraphs.into()]);
        }
        let parents = document.add_object(dictionary! { "Nums" => numbers });
        let body = dictionary! {
            "Type" => "StructElem",
            "S" => "Document",
            "P" => self.root,
            "K" => self.paragraphs,
        };
        document.objects.insert(self.body, body.into());
        let root = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => self.body,
            "ParentTree" => parents,
            "ParentTreeNextKey" => next_key,
        };
        document.objects.insert(self.root, root.into());
        self.root
    }
}

fn index(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
