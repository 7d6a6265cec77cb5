//! The emulated AEM in the handle of an emulator: users, files and settings.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use crate::aem_data::repository::StoredFile;
use crate::aem_data::settings::{AssemblerAnswer, DataSource};
use crate::emulator::running::Emulator;
use crate::identities::aem_group::AemGroup;
use crate::identities::aem_users::AemUser;

impl Emulator {
    /// Adds a technical account or a person to the group `forms-users` of AEM, by id or e-mail
    /// address. Returns whether there is such an account or person. AEM creates the user at the first call, which
    /// may be before or after this.
    pub fn grant_aem_rights(&self, id_or_email: &str) -> bool {
        self.state.grant_aem_rights(id_or_email)
    }

    /// Replaces the groups of a technical account or a person in AEM, by id or e-mail address. The
    /// groups count after a time by the clock of the emulator. Returns whether there is such an
    /// account or person.
    ///
    /// ```
    /// use std::time::Duration;
    /// use adobe_ims_emulator::{AemGroup, Emulator};
    ///
    /// let emulator = Emulator::start()?;
    /// let account = &emulator.accounts()[0];
    /// let groups = [AemGroup::FormsUsers, AemGroup::Administrators];
    /// assert!(emulator.set_aem_groups(account.email(), groups, Duration::from_secs(600)));
    /// # Ok::<(), adobe_ims_emulator::StartError>(())
    /// ```
    pub fn set_aem_groups(
        &self,
        id_or_email: &str,
        groups: impl IntoIterator<Item = AemGroup>,
        after: Duration,
    ) -> bool {
        let groups = groups.into_iter().collect();
        self.state.set_aem_groups(id_or_email, groups, after)
    }

    /// Writes a file into AEM's repository, at a path below `/content/dam/`. Returns whether the
    /// path names a file.
    pub fn put_aem_file(&self, path: &str, content: impl Into<Bytes>) -> bool {
        let file = StoredFile {
            content_type: None,
            content: content.into(),
        };
        self.state.repository().put(path, file).is_some()
    }

    /// Returns a file of AEM's repository.
    pub fn aem_file(&self, path: &str) -> Option<Bytes> {
        let repository = self.state.repository();
        repository.get(path).map(|file| file.content.clone())
    }

    /// Deletes a file of AEM's repository. Returns whether there was one.
    pub fn delete_aem_file(&self, path: &str) -> bool {
        self.state.repository().delete(path)
    }

    /// Sets the form of the answer to an assembly with one result.
    pub fn set_assembler_answer(&self, answer: AssemblerAnswer) {
        self.state.aem_settings().assembler_answer = answer;
    }

    /// Maps a `dataSourceConfigUri` of AEM's batch API to folders: that of the input, with XML files,
    /// and that of the results.
    pub fn set_aem_data_source(
        &self,
        uri: &str,
        source: impl Into<PathBuf>,
        destination: impl Into<PathBuf>,
    ) {
        let folders = DataSource {
            source: source.into(),
            destination: destination.into(),
        };
        self.state
            .aem_settings()
            .set_data_source(uri, Some(folders));
    }

    /// Returns the users that AEM has created.
    pub fn aem_users(&self) -> Vec<AemUser> {
        let now = self.state.config.clock.unix_millis();
        self.state.aem_users().all(now)
    }
}
