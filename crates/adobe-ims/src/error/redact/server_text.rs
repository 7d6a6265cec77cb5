//! Texts of a server: as they came, and prepared for display.

use core::fmt;
use core::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::Redactor;
use crate::util::secret::Secret;

/// In characters.
const MAX_SHOWN: usize = 300;

/// In bytes. Of the rest nothing is shown. A secret that stands across the end is found by its parts.
const MAX_SEARCHED: usize = 8 * 1024;

/// A text of a server, prepared for display: one line of at most 300 characters, without control characters, and
/// without secrets.
///
/// The library makes it, and only from a text from which it has removed the secrets of the request and of the answer,
/// and everything that looks like a token. Use it as a `&str`.
#[derive(Clone)]
pub struct ServerText(Text);

#[derive(Clone)]
enum Text {
    Shown(String),
    /// The text of a success, which hardly anybody looks at. It is prepared when somebody does: the search for secrets
    /// takes as long as half of an exchange.
    Later(Arc<Unprepared>),
}

struct Unprepared {
    raw: Secret,
    redactor: Arc<Redactor>,
    shown: OnceLock<String>,
}

impl Redactor {
    /// Prepares a text of the server for display.
    pub(crate) fn server_text(&self, text: &str) -> ServerText {
        ServerText(Text::Shown(self.prepare(text)))
    }

    /// Prepares a text for display, unless nothing of it can be shown.
    pub(crate) fn shown(&self, text: &str) -> Option<ServerText> {
        has_something_to_show(text).then(|| self.server_text(text))
    }

    /// Creates a text that is redacted when somebody reads it.
    pub(crate) fn shown_later(self: &Arc<Self>, text: &str) -> Option<ServerText> {
        has_something_to_show(text).then(|| {
            ServerText(Text::Later(Arc::new(Unprepared {
                raw: Secret::new(text),
                redactor: Arc::clone(self),
                shown: OnceLock::new(),
            })))
        })
    }

    fn prepare(&self, text: &str) -> String {
        let is_end = |end: &usize| text.is_char_boundary(*end);
        let end = (0..=MAX_SEARCHED.min(text.len())).rev().find(is_end);
        let searched = &text[..end.unwrap_or_default()];
        // Redaction comes first: a secret that was cut would not be recognised.
        shorten(&self.redact(searched), searched.len() < text.len())
    }
}

/// Returns false for blanks. In the place of anything else, redaction leaves at least a mark.
fn has_something_to_show(text: &str) -> bool {
    text.contains(|c: char| !c.is_control() && !c.is_whitespace())
}

fn shorten(text: &str, is_cut: bool) -> String {
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_SHOWN)
        .collect();
    if is_cut || text.chars().nth(MAX_SHOWN).is_some() {
        line.push('…');
    }
    line.trim().to_owned()
}

impl Deref for ServerText {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Text::Shown(text) => text,
            Text::Later(text) => text
                .shown
                .get_or_init(|| text.redactor.prepare(text.raw.expose())),
        }
    }
}

impl PartialEq for ServerText {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for ServerText {}

impl fmt::Display for ServerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for ServerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl From<ServerText> for String {
    fn from(text: ServerText) -> Self {
        match text.0 {
            Text::Shown(text) => text,
            Text::Later(_) => (*text).to_owned(),
        }
    }
}

/// A text as a server sent it. It can be compared, and shown only after redaction.
#[derive(Clone, Default)]
pub(crate) struct RawText(String);

impl RawText {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Tells whether the text is this word.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.0 == word
    }

    /// Tells whether the text contains this part, which is in lower case.
    pub(crate) fn says(&self, part: &str) -> bool {
        self.0.to_ascii_lowercase().contains(part)
    }

    /// Tells whether the text is a code of Adobe's API gateway: a number of six digits.
    pub(crate) fn is_gateway_code(&self) -> bool {
        self.0.len() == 6 && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Prepares the text for display, unless nothing of it can be shown.
    pub(crate) fn shown(&self, redactor: &Redactor) -> Option<ServerText> {
        redactor.shown(&self.0)
    }
}

impl fmt::Debug for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawText({} bytes)", self.0.len())
    }
}
