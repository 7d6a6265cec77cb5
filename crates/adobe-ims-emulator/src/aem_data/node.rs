//! Folders and files of AEM's repository.

use bytes::Bytes;
use serde_json::{Map, Value};

/// The properties of a folder, or the metadata of a file.
pub(crate) type Properties = Map<String, Value>;

/// A file of the repository.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub(crate) content_type: Option<String>,
    pub(crate) content: Bytes,
    pub(crate) metadata: Properties,
}

impl StoredFile {
    pub(crate) fn new(content_type: Option<String>, content: Bytes) -> Self {
        Self {
            content_type,
            content,
            metadata: Properties::new(),
        }
    }
}

/// A folder or a file.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Folder(Properties),
    File(StoredFile),
}

impl Node {
    pub(crate) fn properties(&self) -> &Properties {
        match self {
            Self::Folder(properties) => properties,
            Self::File(file) => &file.metadata,
        }
    }

    pub(crate) fn properties_mut(&mut self) -> &mut Properties {
        match self {
            Self::Folder(properties) => properties,
            Self::File(file) => &mut file.metadata,
        }
    }

    /// Returns the size of content and properties in bytes, roughly.
    pub(crate) fn size(&self) -> usize {
        let content = match self {
            Self::Folder(_) => 0,
            Self::File(file) => file.content.len(),
        };
        content + size_of_properties(self.properties())
    }
}

fn size_of_properties(properties: &Properties) -> usize {
    serde_json::to_string(properties).map_or(0, |text| text.len())
}
