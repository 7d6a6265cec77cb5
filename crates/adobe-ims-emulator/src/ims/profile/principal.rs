//! The person or the technical account of a user id.

use crate::identities::client::Client;
use crate::identities::directory::Directory;
use crate::identities::person::{AccountType, RegisteredPerson};

/// A registered person or technical account.
pub(crate) enum Principal<'d> {
    Person(&'d RegisteredPerson),
    TechnicalAccount(&'d Client),
}

impl<'d> Principal<'d> {
    pub(crate) fn find(directory: &'d Directory, user_id: &str) -> Option<Self> {
        let person = directory.people.by_user_id(user_id).map(Self::Person);
        person.or_else(|| {
            let client = directory.technical_account(user_id)?;
            let has_id = client.binding.technical_account_id == user_id;
            has_id.then_some(Self::TechnicalAccount(client))
        })
    }

    /// Returns the principal as a person. A technical account has the name of its client and an
    /// enterprise account (inferred).
    pub(crate) fn to_person(&self) -> RegisteredPerson {
        match self {
            Self::Person(person) => (*person).clone(),
            Self::TechnicalAccount(client) => RegisteredPerson {
                user_id: client.binding.technical_account_id.clone(),
                auth_id: client.binding.technical_account_id.clone(),
                email: client.binding.email.clone(),
                name: client.id.clone(),
                first_name: client.id.clone(),
                last_name: String::new(),
                country: "US".to_owned(),
                account_type: AccountType::Enterprise,
                memberships: Vec::new(),
                roles: Vec::new(),
                product_contexts: Vec::new(),
            },
        }
    }
}
