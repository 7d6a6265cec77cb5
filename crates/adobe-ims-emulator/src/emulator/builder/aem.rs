//! The settings of the emulated AEM.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use super::EmulatorBuilder;
use crate::aem_data::settings::{AssemblerAnswer, BrowserLogin, DataSource};
use crate::identities::aem_environment::AemEnvironment;
use crate::identities::aem_tier::AemTier;

impl EmulatorBuilder {
    /// Sets the environment, `p<program>-e<environment>`, of the emulated AEM and of generated
    /// client ids. The default is p12345-e67890.
    #[must_use]
    pub fn aem_environment(mut self, program: u32, environment: u32) -> Self {
        self.environment = AemEnvironment {
            program,
            environment,
        };
        self
    }

    /// Writes a file into AEM's repository, at a path below `/content/dam/`. The file can be changed
    /// later by [`Emulator::put_aem_file`](crate::Emulator::put_aem_file).
    #[must_use]
    pub fn aem_file(mut self, path: impl Into<String>, content: impl Into<Bytes>) -> Self {
        self.aem_files.push((path.into(), content.into()));
        self
    }

    /// Lists a client of OAuth server-to-server on all tiers of AEM.
    /// [`Emulator::allow_client`](crate::Emulator::allow_client) does it later.
    #[must_use]
    pub fn allow_client(mut self, client_id: impl Into<String>) -> Self {
        self.allowed_clients.push(client_id.into());
        self
    }

    /// Makes AEM refuse clients of OAuth server-to-server with 403 until they are listed. This is
    /// the default, as at Adobe (by reports of users).
    #[must_use]
    pub fn check_allow_list(mut self, on: bool) -> Self {
        self.aem_settings.check_allow_list = on;
        self
    }

    /// Sets the tier of requests whose host names none, such as `localhost`. The default is author.
    #[must_use]
    pub fn default_tier(mut self, tier: AemTier) -> Self {
        self.aem_settings.default_tier = tier;
        self
    }

    /// Sets the answer of author to a browser that asks for a page without a valid token.
    #[must_use]
    pub fn browser_login(mut self, answer: BrowserLogin) -> Self {
        self.aem_settings.browser_login = answer;
        self
    }

    /// Maps a `dataSourceConfigUri` of AEM's batch API to folders: that of the input, with XML files,
    /// and that of the results.
    #[must_use]
    pub fn aem_data_source(
        mut self,
        uri: &str,
        source: impl Into<PathBuf>,
        destination: impl Into<PathBuf>,
    ) -> Self {
        let folders = DataSource {
            source: source.into(),
            destination: destination.into(),
        };
        self.aem_settings.set_data_source(uri, Some(folders));
        self
    }

    /// Sets the size of the parts of a direct binary upload. The default is 10 MiB.
    #[must_use]
    pub fn upload_part_bytes(mut self, bytes: NonZeroU64) -> Self {
        self.aem_settings.upload_part_bytes = bytes.get();
        self
    }

    /// Sets the time that a batch takes for a record, by the clock of the emulator, in whole
    /// milliseconds. The default is 100 ms.
    #[must_use]
    pub fn batch_record_time(mut self, time: Duration) -> Self {
        self.aem_settings.batch_record_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Sets the form of the answer to an assembly with one result.
    #[must_use]
    pub fn assembler_answer(mut self, answer: AssemblerAnswer) -> Self {
        self.aem_settings.assembler_answer = answer;
        self
    }
}
