//! Outlines: the bookmarks of a document.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string, dictionary, text_string};

use super::limits::MAX_DEPTH;

/// A bookmark with the ones below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outline {
    pub(super) title: String,
    /// The place in the document: an array that begins with a page.
    pub(super) destination: Option<Vec<Object>>,
    pub(super) children: Vec<Outline>,
}

impl Outline {
    /// Returns the page that the bookmark leads to.
    pub(super) fn page(&self) -> Option<ObjectId> {
        self.destination.as_ref()?.first()?.as_reference().ok()
    }
}

const MAX_OUTLINES: usize = 50_000;
const MAX_NAMES: usize = 400_000;

/// Reads the outlines of a document.
pub(super) fn read(document: &Document) -> Vec<Outline> {
    let root = document
        .catalog()
        .and_then(|catalog| document.get_dict_in_dict(catalog, b"Outlines"));
    let mut reader = OutlineReader {
        document,
        named: named_destinations(document),
        seen: HashSet::new(),
    };
    root.map(|root| reader.children(root, 0))
        .unwrap_or_default()
}

struct OutlineReader<'a> {
    document: &'a Document,
    named: HashMap<Vec<u8>, Vec<Object>>,
    seen: HashSet<ObjectId>,
}

impl OutlineReader<'_> {
    fn children(&mut self, parent: &Dictionary, depth: usize) -> Vec<Outline> {
        let mut outlines = Vec::new();
        let mut next = parent.get(b"First").and_then(Object::as_reference).ok();
        while let Some(id) = next.take() {
            if depth > MAX_DEPTH || self.seen.len() >= MAX_OUTLINES || !self.seen.insert(id) {
                break;
            }
            let Ok(item) = self.document.get_dictionary(id) else {
                break;
            };
            let title = item
                .get_deref(b"Title", self.document)
                .and_then(decode_text_string);
            outlines.push(Outline {
                title: title.unwrap_or_default(),
                destination: destination(self.document, &self.named, item),
                children: self.children(item, depth + 1),
            });
            next = item.get(b"Next").and_then(Object::as_reference).ok();
        }
        outlines
    }
}

/// Returns the place that an outline item, a link or an action leads to in the same document.
fn destination(
    document: &Document,
    named: &HashMap<Vec<u8>, Vec<Object>>,
    item: &Dictionary,
) -> Option<Vec<Object>> {
    let place = item.get_deref(b"Dest", document).ok().or_else(|| {
        let action = document.get_dict_in_dict(item, b"A").ok()?;
        let is_jump = action
            .get(b"S")
            .and_then(Object::as_name)
            .is_ok_and(|name| name == b"GoTo");
        is_jump
            .then(|| action.get_deref(b"D", document).ok())
            .flatten()
    })?;
    explicit(named, place)
}

/// Returns the array of a place that is an array or a name.
pub(super) fn explicit(
    named: &HashMap<Vec<u8>, Vec<Object>>,
    place: &Object,
) -> Option<Vec<Object>> {
    match place {
        Object::Array(array) => is_place(array).then(|| array.clone()),
        Object::Name(name) | Object::String(name, _) => named.get(name).cloned(),
        _ => None,
    }
}

/// Tells whether an array can be a place: a page, a form of display and at most four numbers.
/// A larger one, shared by many items, would fill the memory.
fn is_place(array: &[Object]) -> bool {
    let is_nested = |item: &Object| {
        matches!(
            item,
            Object::Array(_) | Object::Dictionary(_) | Object::Stream(_)
        )
    };
    array.len() <= 6 && !array.iter().any(is_nested)
}

/// Reads the named places of a document, from its dictionary and its name tree.
pub(super) fn named_destinations(document: &Document) -> HashMap<Vec<u8>, Vec<Object>> {
    let mut found = HashMap::new();
    let Ok(catalog) = document.catalog() else {
        return found;
    };
    if let Ok(old) = document.get_dict_in_dict(catalog, b"Dests") {
        for (name, place) in old {
            insert(document, &mut found, name, place);
        }
    }
    let names = document.get_dict_in_dict(catalog, b"Names");
    let tree = names.and_then(|names| document.get_dict_in_dict(names, b"Dests"));
    let mut seen = HashSet::new();
    let mut nodes: Vec<&Dictionary> = tree.into_iter().collect();
    let mut budget = MAX_NAMES;
    while let Some(node) = nodes.pop() {
        if let Ok(names) = node
            .get_deref(b"Names", document)
            .and_then(Object::as_array)
        {
            budget = budget.saturating_sub(names.len());
            if budget == 0 {
                break;
            }
            for [name, place] in names.as_chunks::<2>().0 {
                if let Ok(name) = name.as_str() {
                    insert(document, &mut found, name, place);
                }
            }
        }
        let kids = node.get_deref(b"Kids", document).and_then(Object::as_array);
        let kids = kids
            .into_iter()
            .flatten()
            .filter_map(|kid| kid.as_reference().ok());
        nodes.extend(
            kids.filter(|kid| seen.insert(*kid))
                .filter_map(|kid| document.get_dictionary(kid).ok()),
        );
    }
    found
}

fn insert(
    document: &Document,
    found: &mut HashMap<Vec<u8>, Vec<Object>>,
    name: &[u8],
    place: &Object,
) {
    let place = document.dereference(place).map(|(_, place)| place);
    let array = match place {
        Ok(Object::Array(array)) => Some(array),
        Ok(Object::Dictionary(entries)) => entries
            .get_deref(b"D", document)
            .and_then(Object::as_array)
            .ok(),
        _ => None,
    };
    if let Some(array) = array
        && is_place(array)
    {
        found.insert(name.to_vec(), array.clone());
    }
}

/// Writes outlines and returns the id of their root. Without outlines there is none.
pub(super) fn write(document: &mut Document, outlines: &[Outline]) -> Option<ObjectId> {
    if outlines.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    let mut entries = dictionary! { "Type" => "Outlines" };
    write_children(document, root, &mut entries, outlines);
    document.objects.insert(root, entries.into());
    Some(root)
}

fn write_children(
    document: &mut Document,
    parent: ObjectId,
    entries: &mut Dictionary,
    outlines: &[Outline],
) {
    let ids: Vec<ObjectId> = outlines.iter().map(|_| document.new_object_id()).collect();
    if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
        entries.set("First", *first);
        entries.set("Last", *last);
        // A positive count is that of an open node.
        entries.set("Count", i64::try_from(count(outlines)).unwrap_or(0));
    }
    for (index, outline) in outlines.iter().enumerate() {
        let mut item = dictionary! { "Title" => text_string(&outline.title), "Parent" => parent };
        if let Some(destination) = &outline.destination {
            item.set("Dest", destination.clone());
        }
        if let Some(previous) = index.checked_sub(1) {
            item.set("Prev", ids[previous]);
        }
        if let Some(next) = ids.get(index + 1) {
            item.set("Next", *next);
        }
        write_children(document, ids[index], &mut item, &outline.children);
        document.objects.insert(ids[index], item.into());
    }
}

fn count(outlines: &[Outline]) -> usize {
    outlines
        .iter()
        .map(|outline| 1 + count(&outline.children))
        .sum()
}
