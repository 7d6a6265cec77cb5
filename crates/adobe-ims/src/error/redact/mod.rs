//! Removal of secrets from a server's text, which may repeat the request and the rest of the answer in any form.
//!
//! The text is decoded in every mechanical way. Each byte of a decoded text knows its place in the text, so that
//! what is found in any of them is removed from the text itself.

mod view;
mod entities;
mod unescape;
mod unpack;
mod grams;
mod needles;
mod tokens;
mod answer;
mod server_text;

use std::sync::OnceLock;

use zeroize::Zeroizing;

use needles::{Match, Needles, Source};
use view::{Span, View};

pub(crate) use server_text::RawText;
pub use server_text::ServerText;

use crate::util::secret::Secret;

const REDACTED: &str = "[redacted]";

/// A text that was escaped more often is not decoded to its end.
const MAX_LEVELS: usize = 5;

/// The limit for secrets that were packed as base64 or hexadecimal digits.
const MAX_PACKED_LEVELS: usize = 4;

/// The number of times that a secret can be packed: `id:secret` of a client in base64, in base64.
const MAX_PACKINGS: usize = 2;

/// In bytes that are searched, for each byte of the text. Web pages, JSON and base64 take up to 20. Only a text that was
/// made to be decoded over and over takes more; it is removed whole.
const MAX_WORK: usize = 64;

/// The limit for a short text, in all.
const MIN_WORK: usize = 64 * 1024;

/// Removes secrets from the texts of one server.
#[derive(Default)]
pub(crate) struct Redactor {
    /// The secrets of the request.
    secrets: Vec<Secret>,
    /// The answer. It may hold secrets itself.
    answer: Zeroizing<Vec<u8>>,
    /// Made for the first text. Nearly every answer is a success, of which nothing is shown.
    needles: OnceLock<Needles>,
}

impl Redactor {
    /// Creates a redactor for the secrets of a request.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self {
            secrets: secrets.into_iter().cloned().collect(),
            ..Self::default()
        }
    }

    /// Adds the secrets that an answer holds itself: values of fields such as `access_token`.
    pub(crate) fn with_answer(mut self, content: &[u8]) -> Self {
        self.answer = Zeroizing::new(content.to_vec());
        self.needles = OnceLock::new();
        self
    }

    /// Returns the text without the secrets, in whatever form they stand there, and without anything that looks like a
    /// token or a part of one.
    pub(crate) fn redact(&self, text: &str) -> String {
        match self.search(text, LookFor::SecretsAndTokens) {
            Ok(found) => remove(text, found),
            Err(TooMuchWork) => REDACTED.to_owned(),
        }
    }

    /// Tells whether a known secret stands in the text.
    pub(crate) fn finds_secret(&self, text: &str) -> bool {
        let found = self.search(text, LookFor::Secrets);
        !found.is_ok_and(|found| found.is_empty())
    }

    fn search(&self, text: &str, looking_for: LookFor) -> Result<Vec<Match>, TooMuchWork> {
        let mut search = Search {
            needles: self.needles.get_or_init(|| {
                let of_answer = answer::secrets(&self.answer);
                Needles::new(self.secrets.iter().chain(&of_answer))
            }),
            looking_for,
            found: Vec::new(),
            work: MIN_WORK.max(text.len().saturating_mul(MAX_WORK)),
        };
        search.explore(View::of_text(text), Source::Text, 0)?;
        search.explore(View::of_reversed_text(text), Source::Packed, 0)?;
        Ok(search.found)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LookFor {
    Secrets,
    SecretsAndTokens,
}

/// The text was made to be decoded over and over.
struct TooMuchWork;

struct Search<'a> {
    needles: &'a Needles,
    looking_for: LookFor,
    found: Vec<Match>,
    /// In bytes.
    work: usize,
}

impl Search<'_> {
    /// Searches a view and everything that it decodes to, also across the ends of lines.
    fn explore(&mut self, view: View, source: Source, packings: usize) -> Result<(), TooMuchWork> {
        let max = if packings == 0 {
            MAX_LEVELS
        } else {
            MAX_PACKED_LEVELS
        };
        for level in unescape::levels(view, max) {
            for joined in level.joined() {
                for level in unescape::levels(joined, max) {
                    self.explore_level(&level, Source::Packed, packings)?;
                }
            }
            self.explore_level(&level, source, packings)?;
        }
        Ok(())
    }

    fn explore_level(
        &mut self,
        level: &View,
        source: Source,
        packings: usize,
    ) -> Result<(), TooMuchWork> {
        self.work = self.work.checked_sub(level.len()).ok_or(TooMuchWork)?;
        self.search(level, source);
        if packings < MAX_PACKINGS {
            for unpacked in unpack::unpack(level) {
                self.explore(unpacked, Source::Packed, packings + 1)?;
            }
        }
        Ok(())
    }

    fn search(&mut self, view: &View, source: Source) {
        let found = &mut self.found;
        self.needles.search(view, source, &mut |next: Match| {
            match found.last_mut() {
                // Parts of one secret overlap.
                Some(last) if last.is_long == next.is_long && touches(last.span, next.span) => {
                    last.span = last.span.to(next.span);
                }
                _ => found.push(next),
            }
        });
        if self.looking_for == LookFor::Secrets {
            return;
        }
        tokens::search(view, source, &mut |span| {
            found.push(Match {
                span,
                is_long: true,
            });
        });
    }
}

fn touches(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// Returns the text with a mark in the place of each match.
fn remove(text: &str, found: Vec<Match>) -> String {
    let mut places: Vec<(usize, usize)> =
        found.into_iter().map(|found| place(text, &found)).collect();
    places.sort_unstable();
    let mut display = String::with_capacity(text.len());
    let mut done = None;
    for (start, end) in places {
        match done {
            Some(done) if start <= done => {}
            _ => {
                display.push_str(&text[done.unwrap_or_default()..start]);
                display.push_str(REDACTED);
            }
        }
        done = done.max(Some(end));
    }
    display.push_str(&text[done.unwrap_or_default()..]);
    display
}

/// Returns the place of a match. Letters and digits beside a long secret may be more of it.
fn place(text: &str, found: &Match) -> (usize, usize) {
    let index =
        |place: u32| usize::try_from(place).map_or(text.len(), |place| place.min(text.len()));
    let (start, end) = (index(found.span.start), index(found.span.end));
    if !found.is_long {
        return (start, end);
    }
    let is_of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let before = text.as_bytes()[..start].iter().rev();
    let after = &text.as_bytes()[end..];
    let word = after.iter().take_while(is_of_word).count();
    let padding = after[word..].iter().take_while(|byte| **byte == b'=');
    (
        start - before.take_while(is_of_word).count(),
        end + word + padding.count(),
    )
}

#[cfg(test)]
mod tests;
