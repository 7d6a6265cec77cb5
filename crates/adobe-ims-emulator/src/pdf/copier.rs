//! Copies the objects of one document into another.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::outlines::{explicit, named_destinations};

/// The copies of the objects of one source in a target.
///
/// An object is copied once, with all that it refers to. A reference to a page leads to the page's
/// place in the target, and to nothing if the page is not there.
#[derive(Debug)]
pub(super) struct Copier<'a> {
    source: &'a Document,
    named: HashMap<Vec<u8>, Vec<Object>>,
    copies: HashMap<ObjectId, ObjectId>,
    /// The objects that have an id in the target and are not yet copied.
    waiting: Vec<ObjectId>,
}

/// The entries that lead out of a page, or that have no meaning outside of their document.
const LEFT_OUT: [&[u8]; 5] = [
    b"StructParent",
    b"StructParents",
    b"B",
    b"PieceInfo",
    b"Tabs",
];

impl<'a> Copier<'a> {
    pub(super) fn new(source: &'a Document) -> Self {
        Self {
            source,
            named: named_destinations(source),
            copies: HashMap::new(),
            waiting: Vec::new(),
        }
    }

    /// Tells where a page is in the target. The first of several places counts.
    pub(super) fn set_place(&mut self, page: ObjectId, place: ObjectId) {
        self.copies.entry(page).or_insert(place);
    }

    /// Returns the copy of an object. Copies what it refers to into the target.
    pub(super) fn copy(&mut self, target: &mut Document, object: &Object) -> Object {
        let copy = self.object(target, object);
        while let Some(id) = self.waiting.pop() {
            let Some(object) = self.source.objects.get(&id) else {
                continue;
            };
            let object = self.object(target, object);
            target.objects.insert(self.copies[&id], object);
        }
        copy
    }

    fn object(&mut self, target: &mut Document, object: &Object) -> Object {
        match object {
            Object::Reference(id) => self.reference(target, *id),
            Object::Array(items) => items
                .iter()
                .map(|item| self.object(target, item))
                .collect::<Vec<_>>()
                .into(),
            Object::Dictionary(entries) => self.entries(target, entries).into(),
            Object::Stream(stream) => {
                let mut copy =
                    Stream::new(self.entries(target, &stream.dict), stream.content.clone());
                copy.allows_compression = stream.allows_compression;
                copy.into()
            }
            object => object.clone(),
        }
    }

    fn reference(&mut self, target: &mut Document, id: ObjectId) -> Object {
        if let Some(copy) = self.copies.get(&id) {
            return Object::Reference(*copy);
        }
        let leads_on = self
            .source
            .objects
            .get(&id)
            .is_some_and(|object| !is_part_of_tree(object));
        if !leads_on {
            return Object::Null;
        }
        let copy = target.new_object_id();
        self.copies.insert(id, copy);
        self.waiting.push(id);
        Object::Reference(copy)
    }

    fn entries(&mut self, target: &mut Document, entries: &Dictionary) -> Dictionary {
        let is_jump = entries
            .get(b"S")
            .and_then(Object::as_name)
            .is_ok_and(|name| name == b"GoTo");
        let mut copy = Dictionary::new();
        for (key, value) in entries {
            if LEFT_OUT.contains(&key.as_slice()) && entries.has_type(b"Page")
                || key == b"StructParent"
            {
                continue;
            }
            // The names of places do not survive: the target has no name tree.
            let is_place = key == b"Dest" || is_jump && key == b"D";
            let place = is_place.then(|| self.place_of(value)).flatten();
            let value = self.object(target, place.as_ref().unwrap_or(value));
            copy.set(key.as_slice(), value);
        }
        copy
    }

    fn place_of(&self, value: &Object) -> Option<Object> {
        let (_, value) = self.source.dereference(value).ok()?;
        explicit(&self.named, value).map(Object::Array)
    }
}

/// Tells whether an object belongs to the tree of the whole document.
fn is_part_of_tree(object: &Object) -> bool {
    let Ok(entries) = object.as_dict() else {
        return false;
    };
    let kinds: [&[u8]; 5] = [
        b"Page",
        b"Pages",
        b"Catalog",
        b"StructTreeRoot",
        b"StructElem",
    ];
    kinds.iter().any(|kind| entries.has_type(kind))
}
