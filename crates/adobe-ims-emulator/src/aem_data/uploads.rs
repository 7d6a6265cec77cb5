//! Direct binary uploads that are under way.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// The maximum number of uploads under way. A new one takes the place of the oldest.
const MAX_UPLOADS: usize = 1000;
/// The maximum size of the parts of all uploads under way, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;
/// The maximum number of parts of a file.
const MAX_PARTS: u64 = 10_000;

/// A file whose parts the client sends.
#[derive(Clone)]
pub(crate) struct Upload {
    /// The id in the addresses of the parts.
    pub(crate) id: String,
    /// The secret in the addresses of the parts.
    pub(crate) signature: String,
    /// The token that completes the upload.
    pub(crate) token: String,
    /// The folder below the root of the repository.
    pub(crate) folder: String,
    pub(crate) file_name: String,
    pub(crate) size: u64,
    parts: Vec<Option<Bytes>>,
    part_size: u64,
}

/// The ids and the target of a new upload.
pub(crate) struct NewUpload {
    pub(crate) id: String,
    pub(crate) signature: String,
    pub(crate) token: String,
    pub(crate) folder: String,
    pub(crate) file_name: String,
    pub(crate) size: u64,
}

/// The reason why a part is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartError {
    /// The upload has no part of this number, or the signature is wrong.
    Unknown,
    TooLarge,
    /// The store is full.
    Full,
}

/// The reason why an upload is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incomplete {
    /// This part was not sent, while a later one was.
    Missing(usize),
    /// The parts have this size together.
    Size(u64),
}

impl Upload {
    /// Creates an upload with parts of a size. Returns `None` if the file is too large.
    pub(crate) fn new(new: NewUpload, part_size: u64) -> Option<Self> {
        let count = new.size.div_ceil(part_size).max(1);
        if count > MAX_PARTS || new.size > MAX_BYTES {
            return None;
        }
        Some(Self {
            id: new.id,
            signature: new.signature,
            token: new.token,
            folder: new.folder,
            file_name: new.file_name,
            size: new.size,
            parts: vec![None; usize::try_from(count).ok()?],
            part_size,
        })
    }

    pub(crate) fn part_count(&self) -> usize {
        self.parts.len()
    }

    fn sent(&self) -> u64 {
        let parts = self.parts.iter().flatten();
        parts.map(|part| part.len() as u64).sum()
    }

    /// Returns the whole file. Parts at the end may be missing if those before are all of it.
    pub(crate) fn content(&self) -> Result<Bytes, Incomplete> {
        let used = self.parts.iter().rposition(Option::is_some);
        let used = &self.parts[..used.map_or(0, |last| last + 1)];
        if let Some(missing) = used.iter().position(Option::is_none) {
            return Err(Incomplete::Missing(missing));
        }
        if self.sent() != self.size {
            return Err(Incomplete::Size(self.sent()));
        }
        if let [Some(only)] = used {
            return Ok(only.clone());
        }
        let mut content = BytesMut::new();
        for part in used.iter().flatten() {
            content.extend_from_slice(part);
        }
        Ok(content.freeze())
    }
}

/// The uploads under way, the oldest first.
#[derive(Clone, Default)]
pub(crate) struct UploadStore {
    uploads: VecDeque<Upload>,
    /// The size of all parts.
    bytes: u64,
}

impl UploadStore {
    /// Adds an upload.
    pub(crate) fn add(&mut self, upload: Upload) {
        if self.uploads.len() == MAX_UPLOADS {
            let oldest = self.uploads.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.sent());
        }
        self.uploads.push_back(upload);
    }

    /// Writes a part. A part can be sent again.
    pub(crate) fn write(
        &mut self,
        (id, signature): (&str, &str),
        number: usize,
        content: Bytes,
    ) -> Result<(), PartError> {
        let mut uploads = self.uploads.iter_mut();
        let upload = uploads.find(|upload| upload.id == id && upload.signature == signature);
        let upload = upload.ok_or(PartError::Unknown)?;
        let part = upload.parts.get_mut(number).ok_or(PartError::Unknown)?;
        if content.len() as u64 > upload.part_size {
            return Err(PartError::TooLarge);
        }
        let old = part.as_ref().map_or(0, |part| part.len() as u64);
        let bytes = self.bytes - old + content.len() as u64;
        if bytes > MAX_BYTES {
            return Err(PartError::Full);
        }
        self.bytes = bytes;
        *part = Some(content);
        Ok(())
    }

    /// Returns the upload with a token.
    pub(crate) fn by_token(&self, token: &str) -> Option<&Upload> {
        self.uploads.iter().find(|upload| upload.token == token)
    }

    /// Forgets the upload with a token.
    pub(crate) fn remove(&mut self, token: &str) {
        let Some(index) = self.uploads.iter().position(|upload| upload.token == token) else {
            return;
        };
        let removed = self.uploads.remove(index);
        self.bytes -= removed.map_or(0, |upload| upload.sent());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(number: usize, size: u64) -> Option<Upload> {
        let new = NewUpload {
            id: format!("id-{number}"),
            signature: "s".to_owned(),
            token: format!("token-{number}"),
            folder: String::new(),
            file_name: "a".to_owned(),
            size,
        };
        Upload::new(new, 4)
    }

    fn write(store: &mut UploadStore, number: usize, text: &'static str) -> Result<(), PartError> {
        store.write(("id-1", "s"), number, Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn parts_are_joined_when_all_are_there() {
        let mut store = UploadStore::default();
        store.add(upload(1, 10).unwrap());
        let content = |store: &UploadStore| store.by_token("token-1").unwrap().content();
        assert_eq!(content(&store), Err(Incomplete::Size(0)));
        write(&mut store, 2, "89").unwrap();
        assert_eq!(content(&store), Err(Incomplete::Missing(0)));
        write(&mut store, 0, "0123").unwrap();
        assert_eq!(content(&store), Err(Incomplete::Missing(1)));
        write(&mut store, 1, "456").unwrap();
        assert_eq!(content(&store), Err(Incomplete::Size(9)));
        write(&mut store, 1, "4567").unwrap();
        assert_eq!(content(&store).unwrap(), "0123456789");
        assert_eq!(store.bytes, 10);
        assert_eq!(write(&mut store, 1, "45678"), Err(PartError::TooLarge));
        assert_eq!(write(&mut store, 3, ""), Err(PartError::Unknown));
        let wrong = store.write(("id-1", "x"), 0, Bytes::new());
        assert_eq!(wrong, Err(PartError::Unknown));
        store.remove("token-1");
        assert_eq!(store.bytes, 0);
        assert!(store.by_token("token-1").is_none());
    }

    #[test]
    fn empty_file_has_one_part() {
        let upload = upload(1, 0).unwrap();
        assert_eq!(upload.part_count(), 1);
        assert_eq!(upload.content().unwrap(), "");
        assert!(self::upload(1, MAX_BYTES + 1).is_none());
        assert!(self::upload(1, 4 * MAX_PARTS + 1).is_none());
    }

    #[test]
    fn oldest_upload_goes_for_a_new_one() {
        let mut store = UploadStore::default();
        for number in 0..=MAX_UPLOADS {
            store.add(upload(number, 1).unwrap());
        }
        assert!(store.by_token("token-0").is_none());
        assert!(store.by_token("token-1").is_some());
    }
}
