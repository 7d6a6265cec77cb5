//! `name: value` lines below a line that says what they are: what the files of the store consist of. A
//! reader of a cached token does little else than to read them, so they are no JSON.

use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

/// Writes lines.
pub(crate) struct Writer {
    text: Zeroizing<String>,
    /// Whether each value fits a line.
    fits: bool,
}

impl Writer {
    /// `room` is at least what will be written: a buffer that grows leaves copies behind that nobody
    /// overwrites.
    pub(crate) fn new(title: &str, room: usize) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(room));
        text.push_str(title);
        text.push('\n');
        Self { text, fits: true }
    }

    pub(crate) fn line(&mut self, name: &str, value: &str) {
        self.fits &= !value.contains(['\n', '\r']);
        self.text.extend([name, ": ", value, "\n"]);
    }

    pub(crate) fn time(&mut self, name: &str, time: SystemTime) {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        let millis = since.unwrap_or_default().as_millis();
        self.line(name, &millis.to_string());
    }

    /// The text; `None` when a value would not come back as it was.
    pub(crate) fn end(self) -> Option<Zeroizing<Vec<u8>>> {
        let Self { mut text, fits } = self;
        fits.then(|| Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

/// The lines of a file.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    /// Takes away the title; `None` when it is another one, or when the last line is not whole.
    pub(crate) fn read(content: &'a [u8], title: &str) -> Option<Self> {
        let text = str::from_utf8(content).ok()?;
        let (first, rest) = text.split_once('\n')?;
        (first == title && (rest.is_empty() || rest.ends_with('\n'))).then_some(Self(rest))
    }

    /// The value of this name.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        self.0
            .split('\n')
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn time(self, name: &str) -> Option<SystemTime> {
        let millis = self.get(name)?.parse().ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_a_file_is_none() {
        let mut writer = Writer::new("title/1", 100);
        writer.line("a", "1");
        writer.line("ab", "2: ü");
        let text = writer.end().unwrap();
        let lines = Lines::read(&text, "title/1").unwrap();
        assert_eq!(lines.get("a"), Some("1"));
        assert_eq!(lines.get("ab"), Some("2: ü"));
        assert_eq!(lines.get("b"), None);
        assert!(Lines::read(&text, "title/2").is_none());
        assert!(Lines::read(&text[..text.len() - 1], "title/1").is_none());
    }

    #[test]
    fn what_does_not_fit_a_line_is_not_written() {
        for value in ["a\nb: c", "a\r"] {
            let mut writer = Writer::new("title/1", 100);
            writer.line("a", value);
            assert!(writer.end().is_none());
        }
    }

    proptest! {
        #[test]
        fn values_come_back(value in "\\PC*", millis in 0u64..1 << 50) {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
            let mut writer = Writer::new("title/1", 1000);
            writer.line("value", &value);
            writer.time("time", time);
            let text = writer.end().unwrap();
            let lines = Lines::read(&text, "title/1").unwrap();
            prop_assert_eq!(lines.get("value"), Some(value.as_str()));
            prop_assert_eq!(lines.time("time"), Some(time));
        }

        #[test]
        fn anything_can_be_read(content: Vec<u8>) {
            if let Some(lines) = Lines::read(&content, "") {
                lines.get("a");
            }
        }
    }
}
