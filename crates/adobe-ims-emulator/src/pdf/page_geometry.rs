//! The content and the visible area of a page that was read.

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object};

/// Returns the references to the content streams of a page.
pub(super) fn contents(source: &Document, page: &Dictionary) -> Vec<Object> {
    let Ok(contents) = page.get(b"Contents") else {
        return Vec::new();
    };
    let streams = match source.dereference(contents) {
        Ok((_, Object::Array(streams))) => streams.clone(),
        Ok((_, Object::Stream(_))) => vec![contents.clone()],
        _ => Vec::new(),
    };
    let is_stream = |object: &Object| {
        source
            .dereference(object)
            .is_ok_and(|(_, object)| object.as_stream().is_ok())
    };
    streams.into_iter().filter(is_stream).collect()
}

/// Returns how many saved graphics states the contents of a page leave open. What is decoded counts
/// against the budget of the result; without budget the contents are taken for well formed.
pub(super) fn open_states(source: &Document, contents: &[Object], budget: &mut usize) -> usize {
    let mut operators = Vec::new();
    for content in contents {
        let stream = source
            .dereference(content)
            .ok()
            .and_then(|(_, object)| object.as_stream().ok());
        let Some(stream) = stream else { continue };
        let limit = (*budget).min(CONTENT_LIMIT);
        let Ok(content) = stream.get_plain_content_with_limit(limit) else {
            *budget = budget.saturating_sub(limit);
            return 0;
        };
        *budget = budget.saturating_sub(content.len());
        operators.extend(content);
        operators.push(b'\n');
    }
    let mut open = 0_usize;
    for operation in Content::decode_iter(&operators).map_while(Result::ok) {
        match operation.operator.as_str() {
            "q" => open += 1,
            "Q" => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open.min(MAX_OPEN_STATES)
}

/// The size to which the contents of a page, and of all pages of a result, may decompress.
const CONTENT_LIMIT: usize = 8 << 20;
pub(super) const CONTENT_BUDGET: usize = 256 << 20;
/// More saved states are nested in no real page.
const MAX_OPEN_STATES: usize = 256;

/// Returns the visible area of a page: its crop box within its media box.
pub(super) fn area(source: &Document, page: &Dictionary) -> [f64; 4] {
    let media = rectangle(source, page, b"MediaBox").unwrap_or([0.0, 0.0, 612.0, 792.0]);
    let Some(crop) = rectangle(source, page, b"CropBox") else {
        return media;
    };
    let area = [
        crop[0].max(media[0]),
        crop[1].max(media[1]),
        crop[2].min(media[2]),
        crop[3].min(media[3]),
    ];
    if area[0] < area[2] && area[1] < area[3] {
        area
    } else {
        media
    }
}

fn rectangle(source: &Document, page: &Dictionary, key: &[u8]) -> Option<[f64; 4]> {
    let corners = page
        .get_deref(key, source)
        .and_then(Object::as_array)
        .ok()?;
    let number = |corner: &Object| {
        source
            .dereference(corner)
            .ok()?
            .1
            .as_float()
            .ok()
            .map(f64::from)
    };
    let corners: Vec<f64> = corners.iter().filter_map(number).collect();
    let [a, b, c, d]: [f64; 4] = corners.try_into().ok()?;
    let area = [a.min(c), b.min(d), a.max(c), b.max(d)];
    (area[0] < area[2] && area[1] < area[3]).then_some(area)
}
/// Returns the rotation of a page at display.
pub(super) fn rotation(source: &Document, page: &Dictionary) -> u16 {
    let degrees = page
        .get_deref(b"Rotate", source)
        .and_then(Object::as_i64)
        .unwrap_or(0);
    u16::try_from(degrees.rem_euclid(360)).unwrap_or(0) / 90 * 90
}

/// Returns a number of a page.
#[expect(
    clippy::cast_possible_truncation,
    reason = "lengths of pages are small"
)]
pub(super) fn real(value: f64) -> Object {
    Object::Real(value as f32)
}
