//! The people who are known, and the organizations.

use crate::identities::account::AccountError;
use crate::identities::organization::{Membership, Organization};
use crate::identities::person::{AccountType, Person, RegisteredPerson};
use crate::random::Random;

/// Everybody who can sign in, by user id or e-mail address.
pub(crate) struct People {
    people: Vec<RegisteredPerson>,
    organizations: Vec<Organization>,
    /// The organization of whoever names none.
    home: String,
    random: Random,
}

impl People {
    pub(crate) fn new(seed: Option<u64>, home: String) -> Self {
        Self {
            people: Vec::new(),
            organizations: Vec::new(),
            home,
            random: Random::new(seed, "people"),
        }
    }

    pub(crate) fn all(&self) -> &[RegisteredPerson] {
        &self.people
    }

    /// The person of a user id.
    pub(crate) fn by_user_id(&self, user_id: &str) -> Option<&RegisteredPerson> {
        self.people.iter().find(|person| person.user_id == user_id)
    }

    /// The person of an e-mail address, in whatever case it is written.
    pub(crate) fn by_email(&self, email: &str) -> Option<&RegisteredPerson> {
        let email = email.trim().to_lowercase();
        let mut people = self.people.iter();
        people.find(|person| person.email.to_lowercase() == email)
    }

    /// The organization of an id; what was not described gets the usual description.
    pub(crate) fn organization(&self, id: &str) -> Organization {
        let mut known = self.organizations.iter();
        known
            .find(|organization| organization.id() == id)
            .cloned()
            .unwrap_or_else(|| Organization::new(id))
    }

    /// Notes the description of an organization, unless there is one.
    pub(crate) fn describe(&mut self, organization: Organization) -> Organization {
        let id = organization.id();
        if !self.organizations.iter().any(|known| known.id() == id) {
            self.organizations.push(organization.clone());
        }
        self.organization(organization.id())
    }

    pub(crate) fn register(&mut self, person: Person) -> Result<&RegisteredPerson, AccountError> {
        let first_name = person.first_name.unwrap_or_else(|| "Emma".to_owned());
        let last_name = person.last_name.unwrap_or_else(|| "Ulator".to_owned());
        let email = person
            .email
            .unwrap_or_else(|| self.free_email(&first_name, &last_name));
        let user_id = person
            .user_id
            .unwrap_or_else(|| self.user_id(person.account_type));
        if self.by_email(&email).is_some() {
            return Err(AccountError::PersonTaken(email));
        }
        if self.by_user_id(&user_id).is_some() {
            return Err(AccountError::PersonTaken(user_id));
        }
        let auth_id = person.auth_id.unwrap_or_else(|| match person.account_type {
            AccountType::Individual => user_id.clone(),
            _ => self.user_id(AccountType::Individual),
        });
        let mut memberships = person.memberships;
        if memberships.is_empty() && !person.no_organization {
            memberships.push(Membership {
                organization: self.organization(&self.home),
                groups: Vec::new(),
            });
        }
        for membership in &mut memberships {
            membership.organization = self.describe(membership.organization.clone());
        }
        let number = self.people.len();
        self.people.push(RegisteredPerson {
            name: person
                .name
                .unwrap_or_else(|| format!("{first_name} {last_name}")),
            country: person.country.unwrap_or_else(|| "US".to_owned()),
            account_type: person.account_type,
            product_contexts: person.product_contexts,
            user_id,
            auth_id,
            email,
            first_name,
            last_name,
            memberships,
        });
        Ok(&self.people[number])
    }

    fn user_id(&self, account_type: AccountType) -> String {
        let hex = || self.random.hex::<12>().to_uppercase();
        match account_type {
            AccountType::Individual => format!("{}@AdobeID", hex()),
            _ => format!("{}@{}.e", hex(), self.random.hex::<12>()),
        }
    }

    fn free_email(&self, first_name: &str, last_name: &str) -> String {
        let local = format!("{first_name}.{last_name}").to_lowercase();
        let local = local.replace(|c: char| c.is_whitespace() || c == '@', "-");
        let numbered = (2..).map(|number| format!("{local}-{number}@example.com"));
        std::iter::once(format!("{local}@example.com"))
            .chain(numbered)
            .find(|email| self.by_email(email).is_none())
            .expect("there is always a next number")
    }
}
