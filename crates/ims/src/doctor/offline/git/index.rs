//! The index of a git work tree: the list of the files in the repository.

/// The fixed part of an entry of versions 2 to 4, before its name. (A repository with SHA-256 has longer digests.)
const FIXED: [usize; 2] = [62, 74];

/// Returns true if the index lists this path. An index that cannot be read lists nothing.
pub(super) fn contains(index: &[u8], path: &[u8]) -> bool {
    FIXED
        .iter()
        .any(|fixed| find(index, path, *fixed).is_some())
}

/// Returns the number of the entry.
fn find(index: &[u8], path: &[u8], fixed: usize) -> Option<u32> {
    let rest = index.strip_prefix(b"DIRC")?;
    let (version, rest) = number(rest)?;
    let (count, mut rest) = number(rest)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let mut name = Vec::new();
    for at in 0..count {
        rest = entry(rest, version, fixed, &mut name)?;
        if name == path {
            return Some(at);
        }
    }
    None
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// Reads the name of an entry, and returns the rest after the entry. In version 4 a name continues the one before it.
fn entry<'a>(bytes: &'a [u8], version: u32, fixed: usize, name: &mut Vec<u8>) -> Option<&'a [u8]> {
    let flags = bytes.get(fixed - 2..fixed)?;
    let is_extended = version >= 3 && flags[0] & 0x40 != 0;
    let header = fixed + if is_extended { 2 } else { 0 };
    let mut rest = bytes.get(header..)?;
    if version == 4 {
        let (removed, after) = varint(rest)?;
        name.truncate(name.len().checked_sub(removed)?);
        rest = after;
    } else {
        name.clear();
    }
    let length = rest.iter().position(|byte| *byte == 0)?;
    name.extend_from_slice(&rest[..length]);
    if version == 4 {
        return rest.get(length + 1..);
    }
    // One to eight zeros fill the entry up to a multiple of eight.
    let whole = (header + length) / 8 * 8 + 8;
    bytes.get(whole..)
}

/// Reads a number as git writes offsets.
fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let mut value = usize::from(first & 0x7F);
    let mut byte = *first;
    while byte & 0x80 != 0 {
        let (next, after) = rest.split_first()?;
        (byte, rest) = (*next, after);
        let higher = value.checked_add(1)?.checked_mul(128)?;
        value = higher.checked_add(usize::from(byte & 0x7F))?;
    }
    Some((value, rest))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(version: u32, count: usize) -> Vec<u8> {
        let count = u32::try_from(count).unwrap();
        [b"DIRC", &version.to_be_bytes()[..], &count.to_be_bytes()].concat()
    }

    /// Makes an index of version 2.
    pub(crate) fn version_2(paths: &[&str]) -> Vec<u8> {
        let mut index = header(2, paths.len());
        for path in paths {
            let mut entry = vec![1; 60];
            entry.extend([0, u8::try_from(path.len()).unwrap()]);
            entry.extend(path.as_bytes());
            entry.resize(entry.len() / 8 * 8 + 8, 0);
            index.extend(entry);
        }
        index
    }

    #[test]
    fn paths_are_found_in_version_2_and_3() {
        let paths = ["a", "a/key.pem", "b/1234567", "z"];
        let mut index = version_2(&paths);
        for version in [2, 3] {
            index[7] = version;
            for path in paths {
                assert!(contains(&index, path.as_bytes()), "{path}");
            }
            assert!(!contains(&index, b"key.pem"));
            assert!(!contains(&index, b""));
        }
    }

    #[test]
    fn paths_are_found_in_version_4() {
        let mut index = header(4, 3);
        // `dir/one`, then `dir/two` without the last three letters of it, then `z` without all seven.
        for (removed, rest) in [(0, "dir/one"), (3, "two"), (7, "z")] {
            index.extend([1; 60]);
            index.extend([0, 0, removed]);
            index.extend(rest.as_bytes());
            index.push(0);
        }
        for path in ["dir/one", "dir/two", "z"] {
            assert!(contains(&index, path.as_bytes()), "{path}");
        }
        assert!(!contains(&index, b"two"));
    }

    #[test]
    fn number_of_several_bytes_is_that_of_git() {
        assert_eq!(varint(&[0x7F]).unwrap().0, 127);
        assert_eq!(varint(&[0x80, 0x00]).unwrap().0, 128);
        assert_eq!(varint(&[0x81, 0x00]).unwrap().0, 256);
        assert!(varint(&[0x80]).is_none());
        assert!(varint(&[0xFF; 20]).is_none());
    }

    proptest! {
        #[test]
        fn damaged_index_does_no_harm(at in 0usize..200, byte: u8, length in 0usize..250) {
            let mut index = version_2(&["a/key.pem", "b"]);
            let at = at % index.len();
            index[at] = byte;
            index.truncate(length);
            contains(&index, b"a/key.pem");
        }
    }
}
