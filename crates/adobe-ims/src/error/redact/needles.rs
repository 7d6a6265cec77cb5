//! The texts that are searched for in a view: secrets, and parts of secrets.

use memchr::memmem;
use zeroize::Zeroizing;

use super::grams::Grams;
use super::unescape::levels;
use super::view::{Span, View};
use crate::util::secret::Secret;

/// In bytes, without blanks. Shorter secrets can be a part of an ordinary word. They are searched whole, as they
/// stand.
const MIN_LONG: usize = 8;

/// In bytes. A shorter secret is not searched in what base64 and hexadecimal digits decode to: noise may hold it.
const MIN_PACKED: usize = 4;

/// A secret may hold what looks like an escape sequence. It is searched in decoded form, too.
const MAX_LEVELS: usize = 3;

/// The kind of a view.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The text, perhaps without its escape sequences.
    Text,
    /// Decoded from base64 or hexadecimal digits, or reversed. Much of it is noise.
    Packed,
}

/// A place where a secret stands.
pub(super) struct Match {
    pub(super) span: Span,
    /// The secret is long: what stands beside it in the same word belongs to it.
    pub(super) is_long: bool,
}

/// Secrets in the forms in which they are searched: in lower case, from both ends.
pub(super) struct Needles {
    /// Without blanks.
    long: Vec<Zeroizing<Vec<u8>>>,
    short: Vec<Zeroizing<Vec<u8>>>,
    /// Parts of secrets, of characters that no encoding replaces.
    grams: Vec<Grams>,
}

impl Needles {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut needles = Self {
            long: Vec::new(),
            short: Vec::new(),
            grams: Vec::new(),
        };
        for secret in secrets {
            needles.add(secret.expose());
        }
        needles.grams.iter_mut().for_each(Grams::sort);
        needles
    }

    fn add(&mut self, secret: &str) {
        for level in levels(View::of_text(secret), MAX_LEVELS) {
            self.add_form(&level);
        }
        if let Some(latin1) = latin1(secret) {
            self.add_form(&latin1);
        }
    }

    fn add_form(&mut self, form: &View) {
        let dense = form.dense();
        if dense.len() >= MIN_LONG {
            add_both_directions(&mut self.long, dense.bytes());
        } else {
            let whole = form.folded(|_| true);
            add_both_directions(&mut self.short, whole.bytes());
            let plus = |byte: &u8| if *byte == b' ' { b'+' } else { *byte };
            let as_form_data: Zeroizing<Vec<u8>> =
                Zeroizing::new(whole.bytes().iter().map(plus).collect());
            add_both_directions(&mut self.short, &as_form_data);
        }
        let characters = form.folded(is_unreserved);
        Grams::add(&mut self.grams, characters.bytes());
        let reversed: Zeroizing<Vec<u8>> =
            Zeroizing::new(characters.bytes().iter().rev().copied().collect());
        Grams::add(&mut self.grams, &reversed);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.long.is_empty() && self.short.is_empty()
    }

    /// Calls `found` for each place of a view where a secret or a part of one stands.
    pub(super) fn search(&self, view: &View, source: Source, found: &mut impl FnMut(Match)) {
        if self.is_empty() {
            return;
        }
        if !self.short.is_empty() {
            let whole = view.folded(|_| true);
            let is_searched =
                |needle: &&Zeroizing<Vec<u8>>| source == Source::Text || needle.len() >= MIN_PACKED;
            for needle in self.short.iter().filter(is_searched) {
                find_all(&whole, needle, false, found);
            }
        }
        let dense = view.dense();
        for needle in &self.long {
            find_all(&dense, needle, true, found);
        }
        let characters = dense.folded(is_unreserved);
        for grams in &self.grams {
            grams.search(characters.bytes(), &mut |start| {
                found(Match {
                    span: characters.span_of(start, grams.length()),
                    is_long: true,
                });
            });
        }
    }
}

fn find_all(view: &View, needle: &[u8], is_long: bool, found: &mut impl FnMut(Match)) {
    for start in memmem::find_iter(view.bytes(), needle) {
        found(Match {
            span: view.span_of(start, needle.len()),
            is_long,
        });
    }
}

fn add_both_directions(needles: &mut Vec<Zeroizing<Vec<u8>>>, needle: &[u8]) {
    let reversed: Vec<u8> = match str::from_utf8(needle) {
        Ok(text) => text.chars().rev().collect::<String>().into_bytes(),
        Err(_) => needle.iter().rev().copied().collect(),
    };
    for needle in [needle.to_vec(), reversed].map(Zeroizing::new) {
        if !needle.is_empty() && !needles.contains(&needle) {
            needles.push(needle);
        }
    }
}

/// Returns the secret in Latin-1, if that differs from UTF-8.
fn latin1(secret: &str) -> Option<View> {
    if secret.is_ascii() {
        return None;
    }
    let utf8 = View::of_text(secret);
    let mut latin1 = View::with_capacity(secret.len());
    for (start, character) in secret.char_indices() {
        latin1.push(u8::try_from(character).ok()?, utf8.span(start));
    }
    Some(latin1)
}

/// Tells whether a character is one that no encoding replaces (RFC 3986 §2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}
