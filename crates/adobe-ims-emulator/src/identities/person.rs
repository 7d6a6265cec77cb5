//! The description of a person, and the registered person.

use serde::{Deserialize, Serialize};

use crate::identities::organization::{Group, Membership, Organization, ProductContext, Role};

/// The type of the account that a person signs in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountType {
    /// An Adobe ID that the person owns. The user id ends in `@AdobeID`.
    #[default]
    Individual,
    /// An Enterprise ID, which the organization manages. The user id ends in `.e`.
    Enterprise,
    /// A Federated ID, from the directory of the organization. The user id ends in `.e`.
    Federated,
}

/// A person for registration, who can sign in.
///
/// The emulator generates what is not set. A person without [`member_of`] belongs to the
/// organization that the emulator generates for all accounts, unless [`without_organization`] is
/// set.
///
/// ```
/// use adobe_ims_emulator::identities::{Group, Organization};
/// use adobe_ims_emulator::{Emulator, Person};
///
/// let organization = Organization::new("0123456789ABCDEF01234567@AdobeOrg");
/// let person = Person::new()
///     .email("jane@example.com")
///     .first_name("Jane")
///     .last_name("Doe")
///     .member_of(organization, [Group::new(7, "Editors")]);
/// let emulator = Emulator::builder().person(person).start()?;
/// assert_eq!(emulator.people()[0].name(), "Jane Doe");
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
///
/// [`member_of`]: Self::member_of
///
/// [`without_organization`]: Self::without_organization
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub(crate) user_id: Option<String>,
    pub(crate) auth_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) account_type: AccountType,
    pub(crate) memberships: Vec<Membership>,
    pub(crate) no_organization: bool,
    pub(crate) roles: Vec<Role>,
    pub(crate) product_contexts: Vec<ProductContext>,
}

impl Person {
    /// Creates a person without any settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the user id: `<24 hex>@AdobeID`, or `<24 hex>@<ident>.e` for an enterprise account.
    #[must_use]
    pub fn user_id(mut self, id: impl Into<String>) -> Self {
        self.user_id = Some(id.into());
        self
    }

    /// Sets the auth id, `<24 hex>@AdobeID`. For an individual account the default is the user id
    /// (inferred).
    #[must_use]
    pub fn auth_id(mut self, id: impl Into<String>) -> Self {
        self.auth_id = Some(id.into());
        self
    }

    /// Sets the e-mail address, with which the person signs in.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets the full name; the default is first and last name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the first name.
    #[must_use]
    pub fn first_name(mut self, name: impl Into<String>) -> Self {
        self.first_name = Some(name.into());
        self
    }

    /// Sets the last name.
    #[must_use]
    pub fn last_name(mut self, name: impl Into<String>) -> Self {
        self.last_name = Some(name.into());
        self
    }

    /// Sets the country, two letters; the default is `US`.
    #[must_use]
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.country = Some(code.into());
        self
    }

    /// Sets the type of the account; the default is [`AccountType::Individual`].
    #[must_use]
    pub fn account_type(mut self, account_type: AccountType) -> Self {
        self.account_type = account_type;
        self
    }

    /// Makes the person a member of an organization and of these groups in it. Several calls add
    /// several organizations.
    #[must_use]
    pub fn member_of(
        mut self,
        organization: Organization,
        groups: impl IntoIterator<Item = Group>,
    ) -> Self {
        self.memberships.push(Membership {
            organization,
            groups: groups.into_iter().collect(),
        });
        self
    }

    /// Removes the person from all organizations.
    #[must_use]
    pub fn without_organization(mut self) -> Self {
        self.no_organization = true;
        self.memberships.clear();
        self
    }

    /// Adds a role, in addition to those in groups.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }

    /// Adds a product that the person may use.
    #[must_use]
    pub fn product_context(mut self, context: ProductContext) -> Self {
        self.product_contexts.push(context);
        self
    }
}

/// A registered person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RegisteredPerson {
    pub(crate) user_id: String,
    pub(crate) auth_id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) country: String,
    pub(crate) account_type: AccountType,
    pub(crate) memberships: Vec<Membership>,
    pub(crate) roles: Vec<Role>,
    pub(crate) product_contexts: Vec<ProductContext>,
}

impl RegisteredPerson {
    /// Returns the user id, the `user_id` of the person's tokens.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Returns the auth id, the `aa_id` of the person's tokens.
    pub fn auth_id(&self) -> &str {
        &self.auth_id
    }

    /// Returns the e-mail address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Returns the full name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the first name.
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// Returns the last name.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// Returns the country, two letters.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// Returns the type of the account.
    pub fn account_type(&self) -> AccountType {
        self.account_type
    }

    /// Returns the organizations of the person, with the groups in each.
    pub fn memberships(&self) -> &[Membership] {
        &self.memberships
    }

    /// Returns the roles of the person in addition to those in groups.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Returns the products that the person may use.
    pub fn product_contexts(&self) -> &[ProductContext] {
        &self.product_contexts
    }
}
