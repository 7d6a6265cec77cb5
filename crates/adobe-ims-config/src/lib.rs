//! The configuration of Adobe IMS tools: several identities side by side, with their secrets by reference,
//! and for every setting who says so.
//!
//! 1. [`Configuration`] – the file, one [`Profile`] per identity, [`Settings`] for each and for all; every
//!    mistake is told with its file, line and column, and nothing of a secret is
//! 2. [`SecretReference`] – where a secret is: a file, a variable, a command, the keyring, systemd
//! 3. [`Profile::credentials`] – what `adobe-ims` takes
//! 4. [`Resolved`] – flag, environment, profile, defaults: what counts, and what was overruled
//! 5. [`Editor`] – changes the file and keeps comments and order; [`imscli`] reads what another tool wrote
//!
//! Files, environment and processes are [`SystemAccess`], which are handed in; [`LocalSystem`] is the real one.
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

pub use configuration::Configuration;
pub use credentials::{ProfileClient, ProfileCredentials};
pub use error::{Cause, ConfigError, Result};
pub use identity::{Client, Identity};
pub use problem::ConfigProblem;
pub use profile::Profile;
pub use secret_reference::{FetchedSecret, SecretReference};
pub use settings::Settings;
