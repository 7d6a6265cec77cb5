//! The facts about a file that services ask for.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::properties::PdfaLevel;
use super::read::PdfFile;
use super::xmp::claimed_level;

/// The size to which a packet of XMP or XFA may decompress.
const PACKET_LIMIT: usize = 16 << 20;

impl PdfFile {
    /// Tells whether the file has a form of AcroForm.
    pub(crate) fn has_acroform(&self) -> bool {
        self.acroform().is_some()
    }

    /// Tells whether the file has a form of XFA.
    pub(crate) fn has_xfa(&self) -> bool {
        self.acroform().is_some_and(|form| form.has(b"XFA"))
    }

    /// Returns the packet of an XFA form with this name, such as `template` or `datasets`. A form
    /// in one piece is the packet `template`.
    pub(crate) fn xfa_packet(&self, name: &str) -> Option<Vec<u8>> {
        let form = self.acroform()?.get_deref(b"XFA", &self.document).ok()?;
        let stream = match form {
            Object::Stream(stream) => (name == "template").then_some(stream)?,
            Object::Array(packets) => {
                let (pairs, _) = packets.as_chunks::<2>();
                let named = |pair: &&[Object; 2]| {
                    pair[0].as_str().is_ok_and(|found| found == name.as_bytes())
                };
                let [_, packet] = pairs.iter().find(named)?;
                self.document.dereference(packet).ok()?.1.as_stream().ok()?
            }
            _ => return None,
        };
        stream.get_plain_content_with_limit(PACKET_LIMIT).ok()
    }

    /// Tells whether a program in JavaScript is anywhere in the file.
    pub(crate) fn has_javascript(&self) -> bool {
        let names = self.document.catalog().ok();
        let names =
            names.and_then(|catalog| self.document.get_dict_in_dict(catalog, b"Names").ok());
        names.is_some_and(|names| names.has(b"JavaScript"))
            || self.any_dictionary(&|entries| {
                entries.has(b"JS")
                    || entries
                        .get(b"S")
                        .and_then(Object::as_name)
                        .is_ok_and(|name| name == b"JavaScript")
            })
    }

    /// Tells whether a signature is anywhere in the file.
    pub(crate) fn is_signed(&self) -> bool {
        self.any_dictionary(&|entries| entries.has(b"ByteRange") && entries.has(b"Contents"))
    }

    /// Returns the names of the fonts that are not embedded. Fonts that no text can use without
    /// them, of Type 3 and the halves of composite fonts, are not counted.
    pub(crate) fn missing_fonts(&self) -> Vec<String> {
        let fonts = self.fonts();
        let mut missing: Vec<String> = fonts
            .into_iter()
            .filter(|(_, font)| !self.is_embedded(font))
            .map(|(_, font)| base_font(font))
            .collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// Tells whether each font is embedded.
    #[cfg(test)]
    pub(crate) fn fonts_embedded(&self) -> bool {
        self.missing_fonts().is_empty()
    }

    /// Returns the level of PDF/A that the metadata claims.
    pub(crate) fn pdfa(&self) -> Option<PdfaLevel> {
        let metadata = self
            .document
            .catalog()
            .ok()?
            .get_deref(b"Metadata", &self.document);
        let packet = metadata.and_then(Object::as_stream).ok()?;
        claimed_level(&packet.get_plain_content_with_limit(PACKET_LIMIT).ok()?)
    }

    pub(super) fn acroform(&self) -> Option<&Dictionary> {
        let catalog = self.document.catalog().ok()?;
        self.document.get_dict_in_dict(catalog, b"AcroForm").ok()
    }

    /// Returns the simple fonts and the descendants of composite fonts that pages can reach.
    pub(super) fn fonts(&self) -> Vec<(ObjectId, &Dictionary)> {
        let reachable = self.reachable();
        let objects = reachable.into_iter().filter_map(|id| {
            let font = self.document.objects.get(&id)?.as_dict().ok()?;
            let kind = font.get(b"Subtype").and_then(Object::as_name).ok()?;
            let counts = font.has_type(b"Font") && !matches!(kind, b"Type0" | b"Type3");
            counts.then_some((id, font))
        });
        objects.collect()
    }

    pub(super) fn is_embedded(&self, font: &Dictionary) -> bool {
        let descriptor = self.document.get_dict_in_dict(font, b"FontDescriptor");
        descriptor.is_ok_and(|descriptor| {
            [&b"FontFile"[..], b"FontFile2", b"FontFile3"]
                .iter()
                .any(|key| {
                    descriptor
                        .get_deref(key, &self.document)
                        .is_ok_and(|file| file.as_stream().is_ok())
                })
        })
    }

    /// Returns the objects that can be reached from the trailer, in ascending order.
    fn reachable(&self) -> Vec<ObjectId> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        references(
            &Object::Dictionary(self.document.trailer.clone()),
            &mut found,
        );
        while let Some(id) = found.pop() {
            if seen.insert(id)
                && let Some(object) = self.document.objects.get(&id)
            {
                references(object, &mut found);
            }
        }
        let mut reachable: Vec<ObjectId> = seen.into_iter().collect();
        reachable.sort_unstable();
        reachable
    }

    fn any_dictionary(&self, test: &dyn Fn(&Dictionary) -> bool) -> bool {
        self.reachable()
            .iter()
            .filter_map(|id| self.document.objects.get(id))
            .any(|object| any_within(object, test))
    }
}

pub(super) fn base_font(font: &Dictionary) -> String {
    let name = font
        .get(b"BaseFont")
        .and_then(Object::as_name)
        .unwrap_or(b"(without name)");
    String::from_utf8_lossy(name).into_owned()
}

/// The parser limits the nesting of objects, so this may recurse.
fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(entries) | Object::Stream(Stream { dict: entries, .. }) => {
            entries
                .iter()
                .for_each(|(_, value)| references(value, found));
        }
        _ => {}
    }
}

fn any_within(object: &Object, test: &dyn Fn(&Dictionary) -> bool) -> bool {
    match object {
        Object::Array(items) => items.iter().any(|item| any_within(item, test)),
        Object::Dictionary(entries) | Object::Stream(Stream { dict: entries, .. }) => {
            test(entries) || entries.iter().any(|(_, value)| any_within(value, test))
        }
        _ => false,
    }
}
