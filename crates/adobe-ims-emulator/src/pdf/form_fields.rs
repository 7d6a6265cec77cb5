//! The form fields of pages that are assembled.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string, text_string};

use super::copier::Copier;
use super::limits::MAX_DEPTH;
use super::read::PdfFile;

/// The form of a result: the fields of all sources.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: Vec<Object>,
    names: HashSet<String>,
    /// The entries `DR` and `DA` of the first form.
    defaults: Dictionary,
    needs_appearances: bool,
}

impl Form {
    /// Adds the fields that have a widget on these pages of a file.
    ///
    /// A second file with a field of the same name gets another name for it: one name is one
    /// value. Signatures are removed, since the result is another document than they sign.
    pub(super) fn add(
        &mut self,
        file: &PdfFile,
        pages: &[usize],
        copier: &mut Copier<'_>,
        target: &mut Document,
    ) {
        let Some(form) = file.acroform() else { return };
        let mut own = Vec::new();
        for root in roots(file, pages) {
            let Object::Reference(copy) = copier.copy(target, &Object::Reference(root)) else {
                continue;
            };
            remove_signature(target, copy);
            if let Ok(field) = target.get_dictionary_mut(copy) {
                own.extend(rename(field, &self.names));
            }
            self.fields.push(copy.into());
        }
        self.names.extend(own);
        for key in [&b"DR"[..], b"DA"] {
            if let Ok(value) = form.get(key)
                && !self.defaults.has(key)
            {
                self.defaults.set(key, copier.copy(target, value));
            }
        }
        let needs = form.get(b"NeedAppearances").and_then(Object::as_bool);
        self.needs_appearances |= needs.unwrap_or(false);
    }

    /// Returns the dictionary of the form, if there are fields.
    pub(super) fn finish(self) -> Option<Dictionary> {
        if self.fields.is_empty() {
            return None;
        }
        let mut form = self.defaults;
        form.set("Fields", self.fields);
        if self.needs_appearances {
            form.set("NeedAppearances", true);
        }
        Some(form)
    }
}

/// Returns the topmost fields of the widgets on the pages, each once.
fn roots(file: &PdfFile, pages: &[usize]) -> Vec<ObjectId> {
    let document = &file.document;
    let mut seen = HashSet::new();
    let mut roots = Vec::new();
    for page in pages.iter().filter_map(|page| file.pages.get(*page)) {
        let annotations = document
            .get_dictionary(page.id)
            .and_then(|page| page.get_deref(b"Annots", document))
            .and_then(Object::as_array);
        let widgets = annotations
            .into_iter()
            .flatten()
            .filter_map(|id| id.as_reference().ok());
        for widget in widgets.filter(|id| is_widget(document, *id)) {
            let root = root_of(document, widget);
            if seen.insert(root) {
                roots.push(root);
            }
        }
    }
    roots
}

fn is_widget(document: &Document, id: ObjectId) -> bool {
    let kind = document
        .get_dictionary(id)
        .and_then(|annotation| annotation.get(b"Subtype"));
    kind.and_then(Object::as_name)
        .is_ok_and(|kind| kind == b"Widget")
}

fn root_of(document: &Document, mut field: ObjectId) -> ObjectId {
    for _ in 0..MAX_DEPTH {
        let parent = document
            .get_dictionary(field)
            .and_then(|field| field.get(b"Parent"));
        match parent.and_then(Object::as_reference) {
            Ok(parent) if document.get_dictionary(parent).is_ok() => field = parent,
            _ => break,
        }
    }
    field
}

fn remove_signature(target: &mut Document, field: ObjectId) {
    if let Ok(field) = target.get_dictionary_mut(field)
        && field
            .get(b"FT")
            .and_then(Object::as_name)
            .is_ok_and(|kind| kind == b"Sig")
    {
        field.remove(b"V");
    }
}

/// Gives a field a name that is not taken. Returns the name.
fn rename(field: &mut Dictionary, taken: &HashSet<String>) -> Option<String> {
    let name = field.get(b"T").and_then(decode_text_string).ok()?;
    if !taken.contains(&name) {
        return Some(name);
    }
    let free = (2..)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !taken.contains(name))?;
    field.set("T", text_string(&free));
    Some(free)
}
