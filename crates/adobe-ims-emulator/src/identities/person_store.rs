//! The registered people, and the described organizations.

use serde::{Deserialize, Serialize};

use crate::identities::organization::{Membership, Organization};
use crate::identities::person::{AccountType, Person, RegisteredPerson};
use crate::identities::registration_error::RegistrationError;
use crate::random::Random;

/// The people who can sign in, and the organizations.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct PersonStore {
    people: Vec<RegisteredPerson>,
    organizations: Vec<Organization>,
    /// The organization of people without another one.
    default_organization: String,
    random: Random,
}

impl PersonStore {
    pub(crate) fn new(seed: Option<u64>, default_organization: String) -> Self {
        Self {
            people: Vec::new(),
            organizations: Vec::new(),
            default_organization,
            random: Random::new(seed, "people"),
        }
    }

    pub(crate) fn all(&self) -> &[RegisteredPerson] {
        &self.people
    }

    pub(crate) fn by_user_id(&self, user_id: &str) -> Option<&RegisteredPerson> {
        self.people.iter().find(|person| person.user_id == user_id)
    }

    /// Finds a person by e-mail address, without regard to case.
    pub(crate) fn by_email(&self, email: &str) -> Option<&RegisteredPerson> {
        let email = email.trim().to_lowercase();
        let mut people = self.people.iter();
        people.find(|person| person.email.to_lowercase() == email)
    }

    pub(crate) fn by_user_id_or_email(&self, text: &str) -> Option<&RegisteredPerson> {
        self.by_user_id(text).or_else(|| self.by_email(text))
    }

    /// Returns the organization of an id, with default values if nobody described it.
    pub(crate) fn organization(&self, id: &str) -> Organization {
        let mut organizations = self.organizations.iter();
        organizations
            .find(|organization| organization.id() == id)
            .cloned()
            .unwrap_or_else(|| Organization::new(id))
    }

    /// Returns whether an organization was described, or a person belongs to it.
    pub(crate) fn knows_organization(&self, id: &str) -> bool {
        let mut organizations = self.organizations.iter();
        organizations.any(|organization| organization.id() == id)
    }

    /// Adds the description of an organization, and returns the one that counts: the first.
    pub(crate) fn add_organization(&mut self, organization: Organization) -> Organization {
        let mut organizations = self.organizations.iter();
        if let Some(first) = organizations.find(|first| first.id() == organization.id()) {
            return first.clone();
        }
        self.organizations.push(organization.clone());
        organization
    }

    /// Registers a person.
    pub(super) fn add(&mut self, person: Person) -> Result<&RegisteredPerson, RegistrationError> {
        for (field, value) in [("user_id", &person.user_id), ("email", &person.email)] {
            if value.as_ref().is_some_and(String::is_empty) {
                return Err(RegistrationError::Empty(field));
            }
        }
        let first_name = person.first_name.unwrap_or_else(|| "Emma".to_owned());
        let last_name = person.last_name.unwrap_or_else(|| "Ulator".to_owned());
        let email = person
            .email
            .unwrap_or_else(|| self.unused_email(&first_name, &last_name));
        let user_id = person
            .user_id
            .unwrap_or_else(|| self.random_user_id(person.account_type));
        if self.by_email(&email).is_some() {
            return Err(RegistrationError::PersonTaken(email));
        }
        if self.by_user_id(&user_id).is_some() {
            return Err(RegistrationError::PersonTaken(user_id));
        }
        let auth_id = person.auth_id.unwrap_or_else(|| match person.account_type {
            AccountType::Individual => user_id.clone(),
            _ => self.random_user_id(AccountType::Individual),
        });
        let memberships = self.add_memberships(person.memberships, person.no_organization);
        let name = person
            .name
            .unwrap_or_else(|| format!("{first_name} {last_name}"));
        let index = self.people.len();
        self.people.push(RegisteredPerson {
            name,
            country: person.country.unwrap_or_else(|| "US".to_owned()),
            account_type: person.account_type,
            roles: person.roles,
            product_contexts: person.product_contexts,
            user_id,
            auth_id,
            email,
            first_name,
            last_name,
            memberships,
        });
        Ok(&self.people[index])
    }

    /// Adds the organizations of the memberships. Without memberships the default organization
    /// takes their place, unless the person is to have none.
    fn add_memberships(
        &mut self,
        mut memberships: Vec<Membership>,
        no_organization: bool,
    ) -> Vec<Membership> {
        if memberships.is_empty() && !no_organization {
            memberships.push(Membership {
                organization: self.organization(&self.default_organization),
                groups: Vec::new(),
            });
        }
        for membership in &mut memberships {
            membership.organization = self.add_organization(membership.organization.clone());
        }
        memberships
    }

    /// Puts a changed person in the place of the one with this user id.
    pub(super) fn put(&mut self, mut changed: RegisteredPerson) -> Option<&RegisteredPerson> {
        for membership in &mut changed.memberships {
            membership.organization = self.add_organization(membership.organization.clone());
        }
        let mut people = self.people.iter_mut();
        let person = people.find(|person| person.user_id == changed.user_id)?;
        *person = changed;
        Some(person)
    }

    /// Removes a person.
    pub(super) fn remove(&mut self, user_id: &str) {
        self.people.retain(|person| person.user_id != user_id);
    }

    fn random_user_id(&self, account_type: AccountType) -> String {
        let hex = || self.random.hex::<12>().to_uppercase();
        match account_type {
            AccountType::Individual => format!("{}@AdobeID", hex()),
            _ => format!("{}@{}.e", hex(), self.random.hex::<12>()),
        }
    }

    fn unused_email(&self, first_name: &str, last_name: &str) -> String {
        let local = format!("{first_name}.{last_name}").to_lowercase();
        let local = local.replace(|c: char| c.is_whitespace() || c == '@', "-");
        let numbered = (2..).map(|number| format!("{local}-{number}@example.com"));
        std::iter::once(format!("{local}@example.com"))
            .chain(numbered)
            .find(|email| self.by_email(email).is_none())
            .expect("the numbers do not end")
    }
}
