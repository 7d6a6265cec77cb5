//! The removal of clients and people, and what becomes of their tokens.

use crate::behaviour::{Area, Behaviour};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::TokenStatus.inferred(
        "removed-tokens",
        "The tokens of a client, a technical account or a person that is deleted are `revoked` at validation, and not valid elsewhere. A successor with the same id does not bring them back.",
        "Adobe documents no effect of a deletion on tokens",
    ),
    Area::TokenStatus.inferred(
        "removed-during-migration",
        "While a client moves from JWT to OAuth, the deletion of one of the two credentials ends no token.",
        "Adobe documents that the tokens of both are equivalent",
    ),
];
