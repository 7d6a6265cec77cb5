//! The entries that the catalogue of every written document has.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary, text_string};

use super::information;
use super::properties::Properties;

/// Writes the page tree and the metadata. Returns the catalogue that names them.
pub(super) fn begin(
    document: &mut Document,
    page_tree: ObjectId,
    pages: Vec<Object>,
    properties: &Properties,
) -> Dictionary {
    let count = i64::try_from(pages.len()).unwrap_or(i64::MAX);
    let pages = dictionary! { "Type" => "Pages", "Count" => count, "Kids" => pages };
    document.objects.insert(page_tree, pages.into());
    let entries = information::entries(properties);
    let metadata = information::write(document, &entries, None, properties.document_id);
    let mut catalog = dictionary! {
        "Type" => "Catalog",
        "Pages" => page_tree,
        "Metadata" => metadata,
    };
    if let Some(locale) = &properties.locale {
        catalog.set("Lang", text_string(&locale.replace('_', "-")));
    }
    catalog
}
