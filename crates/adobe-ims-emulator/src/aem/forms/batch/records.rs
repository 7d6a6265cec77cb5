//! The records of a batch: the files of a folder, split at the record level.

use std::fs;
use std::io;
use std::path::Path;

use roxmltree::{Document, Node};

use crate::aem::forms::properties::RecordLevel;
use crate::aem_data::batch::RecordInput;
use crate::xfa::data::Record;
use crate::xfa::packets;
use crate::xml::decode::decode;
use crate::xml::parse;

/// Reads the records of all XML files of a folder, in the order of their names. The files together
/// have at most `limit` bytes. A file that is no XML is one record, which will fail.
pub(crate) fn read(
    folder: &Path,
    level: &RecordLevel,
    limit: usize,
) -> io::Result<Vec<RecordInput>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("xml") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let mut size = 0;
    let mut records = Vec::new();
    for path in paths {
        let length = usize::try_from(fs::metadata(&path)?.len()).unwrap_or(usize::MAX);
        size += length.min(limit + 1);
        if size > limit {
            let message = format!("the files have more than {limit} bytes");
            return Err(io::Error::other(message));
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match split(&fs::read(&path)?, level) {
            Ok(found) => records.extend(found.into_iter().map(RecordInput::Record)),
            Err(error) => records.push(RecordInput::Unreadable(format!("{name}: {error}"))),
        }
    }
    Ok(records)
}

/// Splits a document into its records.
fn split(bytes: &[u8], level: &RecordLevel) -> Result<Vec<Record>, String> {
    let text = decode(bytes).ok_or("its encoding is unknown")?;
    let document = parse(&text).map_err(|error| error.to_string())?;
    let root = packets::record(&document).ok_or("it has no data")?;
    let nodes = match level {
        RecordLevel::Name(name) => named(&document, name),
        RecordLevel::Number(number) => at_level(root, *number),
    };
    Ok(nodes.into_iter().map(Record::new).collect())
}

/// Returns the elements of a level. The root has the level 1.
fn at_level<'a>(root: Node<'a, 'a>, level: usize) -> Vec<Node<'a, 'a>> {
    let mut nodes = vec![root];
    for _ in 1..level {
        let children = nodes.iter().flat_map(|node| node.children());
        nodes = children.filter(Node::is_element).collect();
        if nodes.is_empty() {
            break;
        }
    }
    nodes
}

fn named<'a>(document: &'a Document<'_>, name: &str) -> Vec<Node<'a, 'a>> {
    let nodes = document.descendants();
    nodes
        .filter(|node| node.is_element() && node.tag_name().name() == name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xfa::data::ROOT;

    #[test]
    fn document_is_split_at_its_level() {
        let text = b"<list><r><a>1</a></r><r><a>2</a></r></list>";
        let number = RecordLevel::Number;
        for (level, count) in [
            (number(1), 1),
            (number(2), 2),
            (number(3), 2),
            (number(4), 0),
            (number(usize::MAX), 0),
            (RecordLevel::Name("a".to_owned()), 2),
            (RecordLevel::Name("list".to_owned()), 1),
        ] {
            let records = split(text, &level).unwrap();
            assert_eq!(records.len(), count, "{level:?}");
        }
        let mut records = split(text, &number(2)).unwrap();
        let a = records[1].take(ROOT, "a").unwrap();
        assert_eq!(records[1].text(a), "2");
        assert!(split(b"<list>", &number(2)).is_err());
    }
}
