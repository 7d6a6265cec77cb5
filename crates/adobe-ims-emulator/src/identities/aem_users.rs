//! The users of the emulated AEM, and their rights.

use std::collections::{BTreeMap, BTreeSet};

/// The group of every user.
const CONTRIBUTORS: &str = "contributors";

/// The group of the users with rights.
const FORMS_USERS: &str = "forms-users";

/// A user that AEM created for a technical account or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AemUser {
    /// The login name, which is the e-mail address.
    pub login: String,
    /// The id of the technical account or of the person.
    pub user_id: String,
    /// The groups of the user, in alphabetical order.
    pub groups: Vec<String>,
}

/// The users and the rights of AEM.
#[derive(Default)]
pub(crate) struct AemUsers {
    /// The login name of each user id.
    logins: BTreeMap<String, String>,
    /// The user ids with rights.
    with_rights: BTreeSet<String>,
}

impl AemUsers {
    /// Grants rights to a user id. AEM may create the user later.
    pub(crate) fn grant_rights(&mut self, user_id: &str) {
        self.with_rights.insert(user_id.to_owned());
    }

    pub(crate) fn all(&self) -> Vec<AemUser> {
        self.logins
            .iter()
            .map(|(id, login)| {
                let mut groups = vec![CONTRIBUTORS.to_owned()];
                if self.with_rights.contains(id) {
                    groups.push(FORMS_USERS.to_owned());
                }
                AemUser {
                    login: login.clone(),
                    user_id: id.clone(),
                    groups,
                }
            })
            .collect()
    }

    /// Creates the user at the first call, and returns whether the user has rights.
    pub(crate) fn record_call(&mut self, user_id: &str, login: &str) -> bool {
        self.logins
            .entry(user_id.to_owned())
            .or_insert_with(|| login.to_owned());
        self.with_rights.contains(user_id)
    }
}
