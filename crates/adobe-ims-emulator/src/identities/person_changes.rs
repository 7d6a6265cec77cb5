//! Changes of registered people.

use crate::identities::directory::Directory;
use crate::identities::organization::{Group, Membership, ProductContext, Role};
use crate::identities::person::{AccountType, RegisteredPerson};
use crate::identities::registration::check_text;
use crate::identities::registration_error::RegistrationError;

/// Changes of a person. What is not set stays as it is.
///
/// ```
/// use adobe_ims_emulator::Emulator;
/// use adobe_ims_emulator::identities::{Group, PersonChanges};
///
/// let emulator = Emulator::start()?;
/// let person = &emulator.people()[0];
/// let changes = PersonChanges::new().groups([Group::new(7, "Editors")]);
/// let changed = emulator.update_person(person.email(), changes)?;
/// assert_eq!(changed.memberships()[0].groups.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PersonChanges {
    pub(crate) auth_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) account_type: Option<AccountType>,
    pub(crate) memberships: Option<Vec<Membership>>,
    pub(crate) groups: Option<Vec<Group>>,
    pub(crate) roles: Option<Vec<Role>>,
    pub(crate) product_contexts: Option<Vec<ProductContext>>,
}

impl PersonChanges {
    /// Creates changes without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Changes the auth id.
    #[must_use]
    pub fn auth_id(mut self, id: impl Into<String>) -> Self {
        self.auth_id = Some(id.into());
        self
    }

    /// Changes the first name, and the full name if that is first and last name.
    #[must_use]
    pub fn first_name(mut self, name: impl Into<String>) -> Self {
        self.first_name = Some(name.into());
        self
    }

    /// Changes the last name, and the full name if that is first and last name.
    #[must_use]
    pub fn last_name(mut self, name: impl Into<String>) -> Self {
        self.last_name = Some(name.into());
        self
    }

    /// Changes the full name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes the country, two letters.
    #[must_use]
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.country = Some(code.into());
        self
    }

    /// Changes the type of the account. The user id stays.
    #[must_use]
    pub fn account_type(mut self, account_type: AccountType) -> Self {
        self.account_type = Some(account_type);
        self
    }

    /// Replaces the organizations, with the groups in each.
    #[must_use]
    pub fn memberships(mut self, memberships: impl IntoIterator<Item = Membership>) -> Self {
        self.memberships = Some(memberships.into_iter().collect());
        self
    }

    /// Replaces the groups in the only organization of the person.
    #[must_use]
    pub fn groups(mut self, groups: impl IntoIterator<Item = Group>) -> Self {
        self.groups = Some(groups.into_iter().collect());
        self
    }

    /// Replaces the roles in addition to those in groups.
    #[must_use]
    pub fn roles(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.roles = Some(roles.into_iter().collect());
        self
    }

    /// Replaces the products that the person may use.
    #[must_use]
    pub fn product_contexts(mut self, products: impl IntoIterator<Item = ProductContext>) -> Self {
        self.product_contexts = Some(products.into_iter().collect());
        self
    }

    fn apply(self, person: &mut RegisteredPerson) -> Result<(), RegistrationError> {
        let full_name = |person: &RegisteredPerson| {
            let RegisteredPerson {
                first_name,
                last_name,
                ..
            } = person;
            format!("{first_name} {last_name}")
        };
        let has_own_name = person.name != full_name(person);
        set(&mut person.auth_id, self.auth_id);
        set(&mut person.email, self.email);
        set(&mut person.first_name, self.first_name);
        set(&mut person.last_name, self.last_name);
        if !has_own_name {
            person.name = full_name(person);
        }
        set(&mut person.name, self.name);
        set(&mut person.country, self.country);
        set(&mut person.account_type, self.account_type);
        set(&mut person.memberships, self.memberships);
        set(&mut person.roles, self.roles);
        set(&mut person.product_contexts, self.product_contexts);
        if let Some(groups) = self.groups {
            let [membership] = &mut person.memberships[..] else {
                let id = person.user_id.clone();
                return Err(RegistrationError::NoSingleOrganization(id));
            };
            membership.groups = groups;
        }
        Ok(())
    }
}

impl Directory {
    /// Changes the person with this user id or e-mail address.
    pub(crate) fn update_person(
        &mut self,
        id: &str,
        changes: PersonChanges,
    ) -> Result<&RegisteredPerson, RegistrationError> {
        let unknown = || RegistrationError::UnknownPerson(id.to_owned());
        let person = self.people.by_user_id_or_email(id).ok_or_else(unknown)?;
        let mut changed = person.clone();
        check_text("email", changes.email.as_deref())?;
        if let Some(email) = &changes.email {
            let holder = self.people.by_email(email);
            let is_taken = holder.is_some_and(|holder| holder.user_id != person.user_id);
            if is_taken {
                return Err(RegistrationError::PersonTaken(email.clone()));
            }
            if self.technical_account(email).is_some() {
                return Err(RegistrationError::TechnicalAccountIdTaken(email.clone()));
            }
        }
        changes.apply(&mut changed)?;
        self.people.put(changed).ok_or_else(unknown)
    }
}

/// Replaces a value if there is another.
pub(super) fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
