//! The person or the technical account of a user id.

use crate::identities::client_user::ClientUser;
use crate::identities::directory::Directory;
use crate::identities::person::{AccountType, RegisteredPerson};

/// A registered person, or a user of a client: a technical account or a service.
pub(crate) enum Principal<'d> {
    Person(&'d RegisteredPerson),
    OfClient(ClientUser<'d>),
}

impl<'d> Principal<'d> {
    pub(crate) fn find(directory: &'d Directory, user_id: &str) -> Option<Self> {
        let person = directory.people.by_user_id(user_id).map(Self::Person);
        person.or_else(|| {
            let user = directory.client_user(user_id)?;
            Some(Self::OfClient(user))
        })
    }

    /// Returns the principal as a person. A technical account has the name of its client and an
    /// enterprise account (inferred).
    pub(crate) fn to_person(&self) -> RegisteredPerson {
        match self {
            Self::Person(person) => (*person).clone(),
            Self::OfClient(user) => RegisteredPerson {
                user_id: user.user_id.clone(),
                auth_id: user.user_id.clone(),
                email: user.email.to_owned(),
                name: user.client.id.clone(),
                first_name: user.client.id.clone(),
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
