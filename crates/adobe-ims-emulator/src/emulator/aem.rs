//! The emulated AEM in the handle of an emulator: users, allow list, files and settings.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use crate::aem_data::graphql::{QueryName, StoredQuery};
use crate::aem_data::node::StoredFile;
use crate::aem_data::settings::{AssemblerAnswer, BrowserLogin, DataSource};
use crate::emulator::running::Emulator;
use crate::identities::aem_group::AemGroup;
use crate::identities::aem_tier::AemTier;
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

    /// Lists a client of OAuth server-to-server on these tiers of AEM and no others, as Adobe's
    /// configuration pipeline would.
    ///
    /// ```
    /// use adobe_ims_emulator::{AemTier, Emulator};
    ///
    /// let emulator = Emulator::start()?;
    /// let client = &emulator.oauth_clients()[0];
    /// emulator.allow_client(client.client_id(), AemTier::ALL);
    /// # Ok::<(), adobe_ims_emulator::StartError>(())
    /// ```
    pub fn allow_client(&self, client_id: &str, tiers: impl IntoIterator<Item = AemTier>) {
        self.state.allow_list().set(client_id, tiers);
    }

    /// Removes a client from AEM's allow list. Returns whether it was listed.
    pub fn disallow_client(&self, client_id: &str) -> bool {
        self.state.allow_list().remove(client_id)
    }

    /// Sets the tier of requests whose host names none, such as `localhost`. It is author at the
    /// start.
    pub fn set_default_tier(&self, tier: AemTier) {
        self.state.aem_settings().default_tier = tier;
    }

    /// Sets the answer of author to a browser that asks for a page without a valid token.
    pub fn set_browser_login(&self, answer: BrowserLogin) {
        self.state.aem_settings().browser_login = answer;
    }

    /// Sets the answer of a GraphQL query, named `CONFIGURATION/NAME`, to a JSON text. The answer
    /// counts for all variables. Returns whether the name and the JSON can be used.
    ///
    /// `PUT /_emu/aem/graphql/CONFIGURATION/NAME` also sets answers for some variables.
    ///
    /// ```
    /// use adobe_ims_emulator::Emulator;
    ///
    /// let emulator = Emulator::start()?;
    /// assert!(emulator.set_graphql_answer("wknd/articles", r#"{"data":{}}"#));
    /// # Ok::<(), adobe_ims_emulator::StartError>(())
    /// ```
    pub fn set_graphql_answer(&self, name: &str, answer: &str) -> bool {
        let (Some(name), Ok(answer)) = (QueryName::parse(name), serde_json::from_str(answer))
        else {
            return false;
        };
        let mut store = self.state.aem_store();
        let known = store.queries.get(&name);
        let query = StoredQuery {
            query: known.and_then(|known| known.query.clone()),
            answer: Some(answer),
            answers: Vec::new(),
        };
        store.queries.put(name, query).is_some()
    }

    /// Writes a file into AEM's repository, at a path below `/content/dam/`, and creates its
    /// folders. Returns whether the path names a file and the repository has room for it.
    pub fn put_aem_file(&self, path: &str, content: impl Into<Bytes>) -> bool {
        let file = StoredFile::new(None, content.into());
        self.state.repository().put(path, file).is_ok()
    }

    /// Returns a file of AEM's repository.
    pub fn aem_file(&self, path: &str) -> Option<Bytes> {
        let repository = self.state.repository();
        repository.get(path).map(|file| file.content.clone())
    }

    /// Deletes a file or a folder of AEM's repository. Returns whether there was one.
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
