//! The remote control in the handle of an emulator.

use std::ops::RangeBounds;
use std::time::Duration;

use crate::emulator::running::Emulator;
use crate::faults::fault::Fault;
use crate::faults::invalid_fault::InvalidFault;
use crate::identities::registration_error::RegistrationError;
use crate::ims_settings::ImsSettings;
use crate::journal::verification::{CountRange, verify};
use crate::journal::{RecordedRequest, RequestFilter, VerificationError};
use crate::state_file_error::StateFileError;

impl Emulator {
    /// Sets the lifetime of new access tokens in whole milliseconds.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.access_token = lifetime);
    }

    /// Sets the lifetime of new refresh tokens.
    pub fn set_refresh_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.refresh_token = lifetime);
    }

    /// Sets the lifetime of new authorization codes.
    pub fn set_code_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.authorization_code = lifetime);
    }

    /// Sets the lifetime of new device tokens.
    pub fn set_device_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.device_token = lifetime);
    }

    /// Sets the lifetime of new access tokens for an organization that consented to the client. It is
    /// at most that of other access tokens.
    pub fn set_consented_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.consented_token = lifetime);
    }

    /// Sets the lifetime of new promise tokens.
    pub fn set_promise_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.promise_token = lifetime);
    }

    /// Sets the lifetime of new access tokens for promise tokens. It is at most that of other access
    /// tokens.
    pub fn set_promised_access_token_lifetime(&self, lifetime: Duration) {
        self.state
            .change_lifetimes(|lifetimes| lifetimes.promised_access_token = lifetime);
    }

    /// Returns the settings of IMS: how it answers where sources disagree.
    pub fn ims_settings(&self) -> ImsSettings {
        self.state.ims_settings()
    }

    /// Changes the settings of IMS. The next request has them.
    pub fn change_ims_settings(&self, change: impl FnOnce(&mut ImsSettings)) {
        self.state.change_ims_settings(change);
    }

    /// Notes the consent of another organization to a client of OAuth server-to-server. The client
    /// can then get tokens with the `org_id` of that organization, which live for an hour. Returns
    /// the id of the organization's technical account.
    ///
    /// ```
    /// use adobe_ims_emulator::Emulator;
    ///
    /// let emulator = Emulator::start()?;
    /// let client = emulator.oauth_clients()[0].client_id().to_owned();
    /// let account = emulator.give_consent(&client, "0123456789ABCDEF01234567@AdobeOrg")?;
    /// assert!(account.ends_with("@techacct.adobe.com"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such client, if it is not registered for
    /// `client_credentials`, or if the organization is that of the client or no organization.
    pub fn give_consent(
        &self,
        client_id: &str,
        organization: &str,
    ) -> Result<String, RegistrationError> {
        let mut directory = self.state.directory();
        let consent = directory.give_consent(client_id, organization)?;
        Ok(consent.technical_account_id.clone())
    }

    /// Withdraws a consent. Tokens that exist live on (documented by Adobe). Returns whether there
    /// was a consent.
    pub fn withdraw_consent(&self, client_id: &str, organization: &str) -> bool {
        let mut directory = self.state.directory();
        directory.withdraw_consent(client_id, organization)
    }

    /// Adds a fault, and returns its id. Faults act in the order in which they were added.
    ///
    /// # Errors
    ///
    /// Returns an error, with its place, if the fault contradicts itself or names what the emulator
    /// does not know.
    pub fn add_fault(&self, fault: Fault) -> Result<String, InvalidFault> {
        let seed = self.state.fault_seed();
        let mut faults = self.state.faults();
        faults.add(fault, seed).map(|stored| stored.id.clone())
    }

    /// Removes a fault. Returns whether there was one with this id.
    pub fn remove_fault(&self, id: &str) -> bool {
        self.state.faults().remove(id)
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.state.faults().clear();
    }

    /// Returns the requests of the journal that pass a filter, in their order.
    pub fn requests_matching(&self, filter: &RequestFilter) -> Vec<RecordedRequest> {
        let journal = self.state.journal();
        let requests = journal.since(filter.since);
        requests.filter(|request| filter.admits(request)).collect()
    }

    /// Checks the number of the requests of the journal that pass a filter, and returns it.
    ///
    /// ```
    /// use adobe_ims_emulator::{Emulator, RequestFilter};
    ///
    /// let emulator = Emulator::start()?;
    /// // A program under test gets a token ten times. Its cache works if it asks once at most:
    /// emulator.verify(&RequestFilter::new().path("/ims/exchange/*"), ..=1)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that lists the requests of the journal if the number is another one, or if
    /// the journal has forgotten requests that may count.
    pub fn verify(
        &self,
        filter: &RequestFilter,
        wanted: impl RangeBounds<u64>,
    ) -> Result<u64, Box<VerificationError>> {
        verify(&self.state.journal(), filter, CountRange::of(&wanted))
    }

    /// Brings back the state of the start: registrations, tokens, files and settings of AEM, faults,
    /// journal, settings, lifetimes and clock. With a seed the same requests give the same values again.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Saves the state file, if the emulator has one. It saves the file by itself too, within a second
    /// after changes and at its end; a call shows an error.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be written, or if something else changed it.
    pub fn save_state(&self) -> Result<(), StateFileError> {
        let saver = self.saver.as_ref();
        saver.map_or(Ok(()), |saver| saver.save(&self.state))
    }

    /// Keeps the present state, and returns the id of the snapshot. The emulator keeps the last 32
    /// snapshots, also after a reset.
    ///
    /// ```
    /// use adobe_ims_emulator::{Emulator, Person};
    ///
    /// let emulator = Emulator::start()?;
    /// let snapshot = emulator.snapshot();
    /// emulator.add_person(Person::new().email("jane@example.com"))?;
    /// assert!(emulator.restore(&snapshot));
    /// assert!(emulator.person("jane@example.com").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&self) -> String {
        self.state.add_snapshot()
    }

    /// Brings back the state of a snapshot. The clock runs on from the time of the snapshot. Returns
    /// whether there is one with this id.
    pub fn restore(&self, snapshot: &str) -> bool {
        self.state.restore_snapshot(snapshot)
    }
}
