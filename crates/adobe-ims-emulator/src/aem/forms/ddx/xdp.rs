//! Assembling XDP: fragments go into the insertion points of a base.

use std::ops::Range;

use roxmltree::{Document, Node};

use crate::xfa::content::child;
use crate::xfa::packets::template;
use crate::xml::decode::decode;
use crate::xml::{is_named, parse};

/// The size of a result, in bytes. Each fragment can be inserted any number of times.
const MAX_SIZE: usize = 64 * 1024 * 1024;

/// Replaces the content of the subforms whose name is an insertion point by the subforms of
/// fragments. Returns the new base.
///
/// The insertion points of Adobe's designer are marked otherwise, which is not documented. The name
/// is inferred.
pub(crate) fn insert(base: &[u8], fragments: &[(&str, &[u8])]) -> Result<Vec<u8>, String> {
    let mut text = decode(base).ok_or("its encoding is unknown")?.into_owned();
    for (point, fragment) in fragments {
        let fragment = subforms(fragment)?;
        let place = {
            let document = parse(&text).map_err(|error| error.to_string())?;
            insertion_point(&document, point)
                .ok_or_else(|| format!("it has no insertion point {point}"))?
        };
        check_size(text.len() + fragment.len())?;
        text.replace_range(place, &fragment);
    }
    Ok(text.into_bytes())
}

/// Appends the subforms of further templates to the root subform of the first.
pub(crate) fn append(base: &[u8], further: &[&[u8]]) -> Result<Vec<u8>, String> {
    let mut text = decode(base).ok_or("its encoding is unknown")?.into_owned();
    for source in further {
        let subforms = subforms(source)?;
        let end = {
            let document = parse(&text).map_err(|error| error.to_string())?;
            let root = root_subform(&document)?;
            content_range(root)
                .map(|range| range.end)
                .ok_or("its root subform is empty")?
        };
        check_size(text.len() + subforms.len())?;
        text.insert_str(end, &subforms);
    }
    Ok(text.into_bytes())
}

fn check_size(size: usize) -> Result<(), String> {
    if size > MAX_SIZE {
        return Err(format!("the result is larger than {MAX_SIZE} bytes"));
    }
    Ok(())
}

fn root_subform<'a>(document: &'a Document<'_>) -> Result<Node<'a, 'a>, String> {
    let template = template(document).ok_or("it is no XDP")?;
    child(template, "subform").ok_or_else(|| "it has no root subform".to_owned())
}

/// Returns the text of the subforms in the root subform of a fragment.
fn subforms(fragment: &[u8]) -> Result<String, String> {
    let text = decode(fragment).ok_or("a fragment has an unknown encoding")?;
    let document = parse(&text).map_err(|error| format!("a fragment is malformed: {error}"))?;
    let root =
        root_subform(&document).map_err(|error| format!("a fragment cannot be used: {error}"))?;
    let subforms = root.children().filter(|child| is_named(*child, "subform"));
    Ok(subforms.map(|subform| &text[subform.range()]).collect())
}

/// Returns the place of the content of the subform with this name.
fn insertion_point(document: &Document<'_>, name: &str) -> Option<Range<usize>> {
    let mut nodes = document.descendants();
    let subform =
        nodes.find(|node| is_named(*node, "subform") && node.attribute("name") == Some(name))?;
    content_range(subform)
}

/// Returns the place of what an element contains. Returns `None` if the element has no end tag.
fn content_range(node: Node<'_, '_>) -> Option<Range<usize>> {
    let first = node.first_child()?;
    let last = node.last_child()?;
    Some(first.range().start..last.range().end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragment_replaces_the_content_of_its_insertion_point() {
        let base = b"<template><subform name='a'><subform name='ip'> <draw/> </subform></subform></template>";
        let fragment = b"<template><subform><subform name='f'/><field/></subform></template>";
        let made = insert(base, &[("ip", fragment)]).unwrap();
        assert_eq!(
            String::from_utf8(made).unwrap(),
            "<template><subform name='a'><subform name='ip'><subform name='f'/></subform></subform></template>"
        );
        assert!(insert(base, &[("x", fragment)]).is_err());
        assert!(insert(b"<a/>", &[("x", b"<")]).is_err());
        let made = append(base, &[fragment]).unwrap();
        assert!(
            String::from_utf8(made)
                .unwrap()
                .contains("</subform><subform name='f'/></subform></template>")
        );
    }
}
