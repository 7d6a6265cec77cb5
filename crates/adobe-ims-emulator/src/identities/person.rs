//! A person as a test describes them, and as the emulator knows them.

use crate::identities::organization::{Group, Membership, Organization, ProductContext};

/// What kind of account a person signs in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountType {
    /// Their own account, an Adobe ID; the user id ends in `@AdobeID`.
    #[default]
    Individual,
    /// An account that their organization manages; the user id ends in `.e`.
    Enterprise,
    /// An account of their organization's own directory; the user id ends in `.e`.
    Federated,
}

/// A person who can sign in, to be registered with the emulator.
///
/// Everything that is not given is made up. Who belongs to no organization that is named belongs to
/// the one that the emulator makes up for its accounts; [`without_organization`] prevents it.
///
/// ```
/// use adobe_ims_emulator::{Group, Organization, Person};
///
/// let organization = Organization::new("0123456789ABCDEF01234567@AdobeOrg");
/// let person = Person::new()
///     .email("jane@example.com")
///     .first_name("Jane")
///     .last_name("Doe")
///     .member_of(organization, [Group::new(7, "Editors")]);
/// ```
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
    pub(crate) product_contexts: Vec<ProductContext>,
}

impl Person {
    /// A person of whom everything is made up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The user id: `<24 hex>@AdobeID`, or `<24 hex>@<ident>.e` for the account of an enterprise.
    #[must_use]
    pub fn user_id(mut self, id: impl Into<String>) -> Self {
        self.user_id = Some(id.into());
        self
    }

    /// The auth id, `<24 hex>@AdobeID`. That of an individual account is the user id (inferred).
    #[must_use]
    pub fn auth_id(mut self, id: impl Into<String>) -> Self {
        self.auth_id = Some(id.into());
        self
    }

    /// The e-mail address, with which the person signs in.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// The full name; first and last name by default.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The first name.
    #[must_use]
    pub fn first_name(mut self, name: impl Into<String>) -> Self {
        self.first_name = Some(name.into());
        self
    }

    /// The last name.
    #[must_use]
    pub fn last_name(mut self, name: impl Into<String>) -> Self {
        self.last_name = Some(name.into());
        self
    }

    /// The country, two letters; `US` by default.
    #[must_use]
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.country = Some(code.into());
        self
    }

    /// The kind of account.
    #[must_use]
    pub fn account_type(mut self, account_type: AccountType) -> Self {
        self.account_type = account_type;
        self
    }

    /// Makes the person a member of an organization, and of these groups in it. May be called
    /// several times.
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

    /// The person belongs to no organization.
    #[must_use]
    pub fn without_organization(mut self) -> Self {
        self.no_organization = true;
        self.memberships.clear();
        self
    }

    /// Adds a product that the person may use.
    #[must_use]
    pub fn product_context(mut self, context: ProductContext) -> Self {
        self.product_contexts.push(context);
        self
    }
}

/// A person as the emulator knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(crate) product_contexts: Vec<ProductContext>,
}

impl RegisteredPerson {
    /// The user id, the `user_id` of the person's tokens.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The auth id, the `aa_id` of the person's tokens.
    pub fn auth_id(&self) -> &str {
        &self.auth_id
    }

    /// The e-mail address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The full name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first name.
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// The last name.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// The country, two letters.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The kind of account.
    pub fn account_type(&self) -> AccountType {
        self.account_type
    }

    /// The organizations that the person belongs to, and the groups there.
    pub fn memberships(&self) -> &[Membership] {
        &self.memberships
    }

    /// The products that the person may use.
    pub fn product_contexts(&self) -> &[ProductContext] {
        &self.product_contexts
    }
}
