//! Files with sections: `[enterprise]`, then lines of `name = value`.

use zeroize::Zeroizing;

use super::super::env_file;
use super::super::node::{Map, Node};

/// Reads the sections; `None` for any other text.
pub(super) fn read(text: &str) -> Option<Map> {
    let lines = || text.lines().map(str::trim);
    let is_significant = |line: &&str| !line.is_empty() && !line.starts_with(['#', ';']);
    header(lines().find(is_significant)?)?;
    let mut sections = Map::default();
    let mut name = String::new();
    // Room for everything, so that no copy is left behind.
    let mut section = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines() {
        if let Some(next) = header(line.trim()) {
            add(&mut sections, &name, &section);
            next.clone_into(&mut name);
            section.clear();
        } else if !line.trim_start().starts_with(';') {
            match line.split_once(':') {
                // The other sign of such files.
                Some((name, value)) if !line.contains('=') => {
                    section.extend([name, "=", value]);
                }
                _ => section.push_str(line),
            }
            section.push('\n');
        }
    }
    add(&mut sections, &name, &section);
    (!sections.is_empty()).then_some(sections)
}

fn add(sections: &mut Map, name: &str, section: &str) {
    let mut map = Map::default();
    for (key, value) in env_file::assignments(section) {
        map.insert(key, Node::Text(value));
    }
    if !map.is_empty() {
        sections.insert(name, Node::Map(map));
    }
}

/// Returns the name of a section, which is no list of JSON.
fn header(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || " ._-".contains(c);
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sections_are_read() {
        let text = "; a comment\n[server]\nims_host = ims.example\n\n[enterprise]\norg_id: O@AdobeOrg\napi_key=client!+ID # it\n";
        let map = read(text).unwrap();
        let enterprise = map.map("enterprise").unwrap();
        assert_eq!(enterprise.text("org_id"), Some("O@AdobeOrg"));
        assert_eq!(enterprise.text("api_key"), Some("client!+ID"));
        assert_eq!(
            map.map("server").unwrap().text("ims_host"),
            Some("ims.example")
        );
        for other in ["", "[]", "[\"a\"]", "a=b", "[1, 2]", "[a]"] {
            assert!(read(other).is_none(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_skipped(text in "(?s)\\[?[a-z=:;#\\[\\]\n ü]{0,40}") {
            let _ = read(&text);
        }
    }
}
