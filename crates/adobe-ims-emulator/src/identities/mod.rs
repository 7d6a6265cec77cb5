//! The clients, technical accounts, people and organizations that the emulator knows.
//!
//! Tests describe them with [`Account`], [`OauthClient`] and [`Person`]. This module holds what
//! those refer to, and what the emulator returns for a registration.
//!
//! ```
//! use adobe_ims_emulator::identities::{Group, Organization};
//! use adobe_ims_emulator::{Emulator, Person};
//!
//! let organization = Organization::new("0123456789ABCDEF01234567@AdobeOrg").name("Example");
//! let person = Person::new().member_of(organization, [Group::new(7, "Editors")]);
//! let emulator = Emulator::builder().person(person).start()?;
//! let memberships = emulator.memberships(emulator.people()[0].user_id()).unwrap_or_default();
//! assert_eq!(memberships[0].organization.display_name(), "Example");
//! # Ok::<(), adobe_ims_emulator::StartError>(())
//! ```
//!
//! [`Account`]: crate::Account
//! [`OauthClient`]: crate::OauthClient
//! [`Person`]: crate::Person

pub(crate) mod aem_tier;
pub(crate) mod aem_allow_list;
pub(crate) mod aem_environment;
pub(crate) mod aem_group;
pub(crate) mod aem_users;
pub(crate) mod grant_type;
pub(crate) mod names;
pub(crate) mod redirect_uris;
pub(crate) mod organization;
pub(crate) mod person;
pub(crate) mod registration_error;
pub(crate) mod client_secrets;
pub(crate) mod client;
pub(crate) mod client_user;
pub(crate) mod client_settings;
pub(crate) mod account;
pub(crate) mod oauth_client;
pub(crate) mod registered_client;
pub(crate) mod key_binding;
pub(crate) mod person_store;
pub(crate) mod directory;
pub(crate) mod registration;
pub(crate) mod credentials;
pub(crate) mod person_changes;
pub(crate) mod changes;
pub(crate) mod removal;
pub(crate) mod credential_document;

pub use aem_users::AemUser;
pub use changes::{AccountChanges, ClientChanges};
pub use organization::{Group, Membership, Organization, ProductContext, Role};
pub use person::{AccountType, RegisteredPerson};
pub use person_changes::PersonChanges;
pub use registered_client::{RegisteredCertificate, RegisteredClient};
