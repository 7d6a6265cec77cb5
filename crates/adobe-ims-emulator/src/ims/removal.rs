//! The removal of clients and people, and what becomes of their tokens.
//!
//! IMS ends the tokens of a client, a technical account or a person that is deleted (inferred): they
//! are `revoked` at `/ims/validate_token`, and everywhere else they are invalid. A new client with
//! the same id does not bring them back. While a client migrates, the deletion of one of its
//! credentials ends nothing, because tokens of both are equivalent (documented by Adobe).

use crate::identities::client::Client;
use crate::identities::registration_error::RegistrationError;
use crate::identities::removal::Removal;
use crate::state::State;

/// Removes a service account.
pub(crate) fn remove_account(state: &State, id: &str) -> Result<(), RegistrationError> {
    let mut directory = state.directory();
    let removed = directory.remove_account(id)?;
    end_tokens(state, &removed);
    Ok(())
}

/// Removes an OAuth client.
pub(crate) fn remove_oauth_client(state: &State, id: &str) -> Result<(), RegistrationError> {
    let mut directory = state.directory();
    let removed = directory.remove_oauth_client(id)?;
    end_tokens(state, &removed);
    Ok(())
}

/// Removes the person with this user id or e-mail address.
pub(crate) fn remove_person(state: &State, id: &str) -> Result<(), RegistrationError> {
    let mut directory = state.directory();
    let person = directory.remove_person(id);
    let person = person.ok_or_else(|| RegistrationError::UnknownPerson(id.to_owned()))?;
    state.sessions().end_tokens_of(person.user_id());
    Ok(())
}

fn end_tokens(state: &State, (client, removal): &(Client, Removal)) {
    if *removal == Removal::Client {
        let mut sessions = state.sessions();
        sessions.end_tokens_of(&client.id);
        sessions.end_tokens_of(&client.binding.technical_account_id);
    }
}
