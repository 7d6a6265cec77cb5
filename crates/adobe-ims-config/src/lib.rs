//! Reads the configuration of Adobe IMS tools: profiles, references to secrets, and the precedence of settings.
//!
//! - [`Configuration`] is the file, with one [`Profile`] per identity and [`Settings`] for each and for all. An
//!   error names file, line and column, and quotes no value.
//! - [`SecretReference`] is the place of a secret: a file, an environment variable, a command, the keyring or
//!   a systemd credential.
//! - [`Profile::credentials`] makes the credentials that `adobe-ims` takes.
//! - [`precedence`] resolves a setting from flag, variable, profile, defaults and built-in value.
//! - [`edit`] changes the file and keeps its comments and order. [`imscli`] reads the file of another tool.
//! - [`system`] is the port to files, environment variables and programs.
//! - [`ConfigError`] is the error of this crate.
//!
//! ```
//! use adobe_ims_config::Configuration;
//!
//! let text = r#"
//! version = 1
//! default_profile = "assets"
//!
//! [profiles.assets]
//! type           = "oauth-s2s"
//! client_id      = "0123"
//! client_secrets = { file = "/run/secrets/ims" }
//! scopes         = ["openid", "AdobeID"]
//! targets        = ["https://author-p1-e2.adobeaemcloud.com"]
//! "#;
//! let configuration = Configuration::parse(text, "/etc/ims/config.toml".as_ref(), None)?;
//! assert_eq!(configuration.profile("assets")?.scopes(), ["openid", "AdobeID"]);
//! # Ok::<(), adobe_ims_config::ConfigError>(())
//! ```

#![forbid(unsafe_code)]

// In this order each module uses only those above it.
mod problem;
mod error;
pub mod location;
pub mod precedence;
pub mod values;
mod suggest;
pub mod system;
mod keyring;
mod secret_reference;
mod table;
mod settings;
mod identity;
mod profile;
mod credentials;
mod configuration;
pub mod edit;
pub mod imscli;
#[doc(hidden)]
pub mod internal;

pub use configuration::{Configuration, UnusableProfile};
pub use credentials::{ProfileClient, ProfileCredentials};
pub use error::{Cause, ConfigError, Result};
pub use identity::{Client, Identity};
pub use problem::ConfigProblem;
pub use profile::Profile;
pub use secret_reference::{FetchedSecret, ParseSecretReferenceError, SecretReference};
pub use settings::Settings;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
