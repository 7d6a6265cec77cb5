//! The limits of a file that is read.
//!
//! lopdf decodes all object streams while it loads a file. It calls a function for each object,
//! and that function is a plain pointer. So the budget of a load is kept per thread.
//!
//! The budget bounds memory. It does not bound time: lopdf also reads objects that it may not keep,
//! and a table that names one large object a million times makes it read that object so often.

use std::cell::Cell;

use lopdf::{Object, ObjectId, Stream};

/// The largest file.
pub(super) const MAX_FILE: usize = 128 << 20;
/// The most pages of one file or of one result.
pub(super) const MAX_PAGES: usize = 50_000;
/// The most objects of one file.
pub(super) const MAX_OBJECTS: usize = 1_000_000;
/// The memory that the entries of all pages of a result may take.
pub(super) const MAX_PAGE_MEMORY: usize = 256 << 20;
/// The highest object number that a PDF can have.
pub(super) const MAX_OBJECT_NUMBER: u32 = 8_388_607;
/// The deepest nesting of page trees, outlines, name trees and fields.
pub(super) const MAX_DEPTH: usize = 64;

/// Returns the size to which one stream of a file may decompress: small files get little.
pub(super) fn stream_limit(file: usize) -> usize {
    file.saturating_mul(64).clamp(1 << 20, 8 << 20)
}

/// The memory that the objects of a load may take.
fn load_budget(file: usize) -> usize {
    file.saturating_mul(16).clamp(16 << 20, 1 << 30)
}

thread_local! {
    static BUDGET: Cell<Budget> = const { Cell::new(Budget { memory: 0, stream: 0, objects: 0 }) };
}

#[derive(Clone, Copy)]
struct Budget {
    memory: usize,
    stream: usize,
    objects: usize,
}

/// Runs `load` with a new budget for a file of `file` bytes. Returns `None` if it was exceeded.
pub(super) fn with_budget<T>(file: usize, load: impl FnOnce() -> T) -> Option<T> {
    BUDGET.set(Budget {
        memory: load_budget(file),
        stream: stream_limit(file),
        objects: MAX_OBJECTS,
    });
    let loaded = load();
    let budget = BUDGET.get();
    (budget.memory > 0 && budget.objects > 0).then_some(loaded)
}

/// Keeps an object while the budget lasts. Called by lopdf for each object.
///
/// An object stream whose entries overlap would give one object many times, so it is dropped.
pub(super) fn admit(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let mut budget = BUDGET.get();
    budget.memory = budget.memory.saturating_sub(memory_of(object));
    budget.objects = budget.objects.saturating_sub(1);
    BUDGET.set(budget);
    if budget.memory == 0 || budget.objects == 0 {
        return None;
    }
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
        && !has_ascending_entries(stream, budget.stream)
    {
        return None;
    }
    // lopdf takes members of object streams from here, and keeps other objects itself. No member
    // is a stream.
    let member = match object {
        Object::Stream(_) => Object::Null,
        object => object.clone(),
    };
    Some((id, member))
}

/// Tells whether the entries of an object stream lie one behind the other, as ISO 32000 demands.
fn has_ascending_entries(stream: &Stream, limit: usize) -> bool {
    let Ok(content) = stream.get_plain_content_with_limit(limit) else {
        // lopdf finds the same error and tells it.
        return true;
    };
    let first = stream.dict.get(b"First").and_then(Object::as_i64).ok();
    let index = first.and_then(|first| content.get(..usize::try_from(first).ok()?));
    let Some(Ok(index)) = index.map(std::str::from_utf8) else {
        return false;
    };
    let numbers = index.lines().flat_map(|line| {
        line.split('%')
            .next()
            .unwrap_or_default()
            .split_ascii_whitespace()
    });
    let offsets = numbers
        .skip(1)
        .step_by(2)
        .map(|offset| offset.parse::<u32>().ok());
    let mut previous = None;
    for offset in offsets {
        if offset.is_none() || previous >= offset {
            return false;
        }
        previous = offset;
    }
    true
}

/// Estimates the memory of an object.
pub(super) fn memory_of(object: &Object) -> usize {
    let own = size_of::<Object>();
    own + match object {
        Object::Name(bytes) | Object::String(bytes, _) => bytes.len(),
        Object::Array(items) => items.iter().map(memory_of).sum(),
        Object::Dictionary(entries) => memory_of_entries(entries),
        Object::Stream(stream) => stream.content.len() + memory_of_entries(&stream.dict),
        _ => 0,
    }
}

fn memory_of_entries(entries: &lopdf::Dictionary) -> usize {
    entries
        .iter()
        .map(|(key, value)| key.len() + size_of::<Vec<u8>>() + memory_of(value))
        .sum()
}
