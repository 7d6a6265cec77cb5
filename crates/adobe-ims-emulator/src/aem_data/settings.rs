//! Settings of AEM: answers on which the sources disagree, and the folders of batches.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::identities::aem_tier::AemTier;

/// The form of the answer to an assembly with one result.
///
/// Adobe's specification says `multipart/mixed`. Published clients write the whole body into a
/// PDF file, so the live service may answer with the bare document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssemblerAnswer {
    /// A `multipart/mixed` body with one part for each document.
    #[default]
    Multipart,
    /// The document itself, as `application/pdf`. Several results are multipart all the same.
    Pdf,
}

/// The answer of author to a browser that asks for a page without a valid token.
///
/// Inferred: no source says which of them AEM sends. Clients meet both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BrowserLogin {
    /// A 302 to the sign-in page of IMS.
    #[default]
    Redirect,
    /// A 200 with a login page of AEM.
    Page,
}

/// The size of the parts of a direct binary upload, in bytes.
const UPLOAD_PART_BYTES: u64 = 10 * 1024 * 1024;

/// The folder where the configurations of data sources are.
const DATA_SOURCES: &str = "/conf/global/settings/forms/usc/batch/";

/// The folders that stand for the storage of a data source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataSource {
    /// The folder of the input: XML files.
    pub(crate) source: PathBuf,
    /// The folder of the results.
    pub(crate) destination: PathBuf,
}

/// The settings of AEM that can change while the emulator runs.
#[derive(Clone, Debug)]
pub(crate) struct AemSettings {
    pub(crate) assembler_answer: AssemblerAnswer,
    /// The time that a batch takes for a record, by the clock of the emulator.
    pub(crate) batch_record_ms: u64,
    /// The tier of requests whose host names none.
    pub(crate) default_tier: AemTier,
    /// AEM refuses clients of OAuth server-to-server that are not on the allow list.
    pub(crate) check_allow_list: bool,
    pub(crate) browser_login: BrowserLogin,
    /// The size of the parts of a direct binary upload.
    pub(crate) upload_part_bytes: u64,
    /// The folders of each `dataSourceConfigUri`.
    pub(crate) data_sources: BTreeMap<String, DataSource>,
}

impl Default for AemSettings {
    fn default() -> Self {
        Self {
            assembler_answer: AssemblerAnswer::default(),
            batch_record_ms: 100,
            default_tier: AemTier::Author,
            check_allow_list: true,
            browser_login: BrowserLogin::default(),
            upload_part_bytes: UPLOAD_PART_BYTES,
            data_sources: BTreeMap::new(),
        }
    }
}

impl AemSettings {
    /// Sets or removes the folders of a `dataSourceConfigUri`, absolute or relative.
    pub(crate) fn set_data_source(&mut self, uri: &str, folders: Option<DataSource>) {
        let uri = absolute(uri);
        match folders {
            Some(folders) => self.data_sources.insert(uri, folders),
            None => self.data_sources.remove(&uri),
        };
    }

    /// Returns the folders of a `dataSourceConfigUri`.
    #[cfg(feature = "forms")]
    pub(crate) fn data_source(&self, uri: &str) -> Option<&DataSource> {
        self.data_sources.get(&absolute(uri))
    }
}

fn absolute(uri: &str) -> String {
    if uri.starts_with('/') {
        uri.to_owned()
    } else {
        format!("{DATA_SOURCES}{uri}")
    }
}
