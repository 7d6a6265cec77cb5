//! The format of stored files: a title line, then lines `name: value`.
//!
//! It is not JSON, because parsing the file is most of the work of a program that reads a cached token.

use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// More bytes than the lines without secrets have.
const OTHER_LINES: usize = 16 * 1024;

/// A writer of such a file.
pub(crate) struct Writer {
    text: Zeroizing<String>,
    /// No value contains a line break.
    is_valid: bool,
}

impl Writer {
    /// Starts a file with these secrets. The buffer has room for them, because a buffer that grows leaves copies of
    /// its content in memory.
    pub(crate) fn new<'a>(title: &str, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let lengths = secrets.into_iter().map(|secret| secret.expose().len());
        let capacity = lengths.sum::<usize>() + OTHER_LINES;
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push_str(title);
        text.push('\n');
        Self {
            text,
            is_valid: true,
        }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        self.is_valid &= !value.contains(['\n', '\r']);
        self.text.extend([name, ": ", value, "\n"]);
    }

    /// Writes a time, in milliseconds since the Unix epoch.
    pub(crate) fn time(&mut self, name: &str, time: SystemTime) {
        let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH);
        let millis = since_epoch.unwrap_or_default().as_millis();
        self.line(name, &millis.to_string());
    }

    /// Returns the text. Returns `None` if a value contains a line break.
    pub(crate) fn finish(self) -> Option<Zeroizing<Vec<u8>>> {
        let Self { mut text, is_valid } = self;
        is_valid.then(|| Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

/// The lines of a file, without the title.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    /// Parses a file. Returns `None` if the title is another one or the last line has no line break.
    pub(crate) fn parse(content: &'a [u8], title: &str) -> Option<Self> {
        let text = str::from_utf8(content).ok()?;
        let (first, rest) = text.split_once('\n')?;
        (first == title && (rest.is_empty() || rest.ends_with('\n'))).then_some(Self(rest))
    }

    /// Returns the value of the first line of this name.
    pub(crate) fn get(self, name: &str) -> Option<&'a str> {
        self.0
            .split('\n')
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Returns the value of this name as a time.
    pub(crate) fn time(self, name: &str) -> Option<SystemTime> {
        let millis = self.get(name)?.parse().ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
    }
}

/// Returns the version of the format that the first line names, if it is the format of this title in another version.
pub(crate) fn other_version<'a>(content: &'a [u8], title: &str) -> Option<&'a str> {
    let (format, own_version) = title.rsplit_once('/')?;
    let rest = content
        .strip_prefix(format.as_bytes())?
        .strip_prefix(b"/")?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let version = str::from_utf8(&rest[..end]).ok()?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && version != own_version).then_some(version)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn truncated_file_is_rejected() {
        let mut writer = Writer::new("title/1", []);
        writer.line("a", "1");
        writer.line("ab", "2: ü");
        let text = writer.finish().unwrap();
        let lines = Lines::parse(&text, "title/1").unwrap();
        assert_eq!(lines.get("a"), Some("1"));
        assert_eq!(lines.get("ab"), Some("2: ü"));
        assert_eq!(lines.get("b"), None);
        assert!(Lines::parse(&text, "title/2").is_none());
        assert!(Lines::parse(&text[..text.len() - 1], "title/1").is_none());
    }

    #[test]
    fn other_version_is_a_number_of_the_same_format() {
        for (content, version) in [
            (&b"title/2\n"[..], Some("2")),
            (b"title/10\nwhatever \xff", Some("10")),
            (b"title/0\na: 1\n", Some("0")),
            (b"title/1\n", None),
            (b"title/2", None),
            (b"title/\n", None),
            (b"title/2 \n", None),
            (b"title/2\r\n", None),
            (b"title/two\n", None),
            (b"titles/2\n", None),
            (b"other/2\n", None),
            (b"", None),
        ] {
            let shown = String::from_utf8_lossy(content);
            assert_eq!(other_version(content, "title/1"), version, "{shown:?}");
        }
    }

    #[test]
    fn buffer_has_room_for_the_secrets() {
        let secret = Secret::new("x".repeat(50_000));
        for (count, capacity) in [(0, 16_384), (1, 66_384), (2, 116_384)] {
            let writer = Writer::new("title/1", std::iter::repeat_n(&secret, count));
            assert!(writer.text.capacity() >= capacity, "{count}");
        }
    }

    #[test]
    fn value_with_line_break_is_not_written() {
        for value in ["a\nb: c", "a\r"] {
            let mut writer = Writer::new("title/1", []);
            writer.line("a", value);
            assert!(writer.finish().is_none());
        }
    }

    proptest! {
        #[test]
        fn values_survive_writing_and_parsing(value in "\\PC*", millis in 0u64..1 << 50) {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
            let mut writer = Writer::new("title/1", []);
            writer.line("value", &value);
            writer.time("time", time);
            let text = writer.finish().unwrap();
            let lines = Lines::parse(&text, "title/1").unwrap();
            prop_assert_eq!(lines.get("value"), Some(value.as_str()));
            prop_assert_eq!(lines.time("time"), Some(time));
        }

        #[test]
        fn any_text_below_the_title_can_be_parsed(rest in "([a-c]{0,2}(: )?[0-9ü ]{0,3}\n){0,6}") {
            let content = format!("title/1\n{rest}");
            let lines = Lines::parse(content.as_bytes(), "title/1").unwrap();
            for name in ["a", "b", "aa", ""] {
                let expected = rest
                    .lines()
                    .find_map(|line| line.split_once(": ").filter(|(found, _)| *found == name))
                    .map(|(_, value)| value);
                prop_assert_eq!(lines.get(name), expected);
                let millis = expected.and_then(|value| value.parse().ok());
                let time = millis.map(|millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
                prop_assert_eq!(lines.time(name), time);
            }
            let truncated = &content.as_bytes()[..content.len() - 1];
            let is_whole = truncated.ends_with(b"\n");
            prop_assert_eq!(Lines::parse(truncated, "title/1").is_some(), is_whole);
        }
    }
}
