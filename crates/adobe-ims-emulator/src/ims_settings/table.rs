//! The table of the settings: each is described once, for the remote control, flags and documents.

use std::fmt;

use crate::ims_settings::values::{Named, RefreshTokenReuse, ServiceTokenForm, SignatureError};

/// The type of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingKind {
    /// `true` or `false`.
    Boolean,
    /// One of the names of [`ImsSetting::values`].
    Choice,
}

/// The description of a setting.
#[derive(Clone, Copy)]
pub struct ImsSetting {
    name: &'static str,
    effect: &'static str,
    reason: &'static str,
    source: &'static str,
    kind: SettingKind,
    values: fn() -> Vec<&'static str>,
    get: fn(&ImsSettings) -> &'static str,
    set: fn(&mut ImsSettings, &str) -> bool,
}

impl ImsSetting {
    /// Returns the name, the same in the remote control, in flags and in [`ImsSettings`].
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns what the setting changes.
    pub fn effect(&self) -> &'static str {
        self.effect
    }

    /// Returns the reason of the default.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// Returns the sources that disagree.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Returns the type of the value.
    pub fn kind(&self) -> SettingKind {
        self.kind
    }

    /// Returns the names of all values.
    pub fn values(&self) -> Vec<&'static str> {
        (self.values)()
    }

    /// Returns the name of the default.
    pub fn default_value(&self) -> &'static str {
        (self.get)(&ImsSettings::default())
    }

    /// Returns the name of the value in these settings.
    pub fn value(&self, settings: &ImsSettings) -> &'static str {
        (self.get)(settings)
    }
}

impl fmt::Debug for ImsSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImsSetting")
            .field("name", &self.name)
            .field("values", &self.values())
            .field("default", &self.default_value())
            .finish_non_exhaustive()
    }
}

/// The reason why a setting cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSetting {
    /// No setting has this name.
    UnknownName(String),
    /// The setting of the name does not take the value.
    UnknownValue {
        /// The name of the setting.
        name: &'static str,
        /// The value that it does not take.
        value: String,
        /// The values that it takes.
        values: Vec<&'static str>,
    },
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => {
                let names: Vec<&str> = ImsSettings::table().iter().map(ImsSetting::name).collect();
                let names = names.join(", ");
                write!(f, "there is no setting {name:?}; there are {names}")
            }
            Self::UnknownValue {
                name,
                value,
                values,
            } => {
                let values = values.join(", ");
                write!(f, "the setting {name} is one of {values}, not {value:?}")
            }
        }
    }
}

impl std::error::Error for InvalidSetting {}

/// Declares the settings: their fields, their defaults, and their rows in the table.
macro_rules! settings {
    ($(
        $(#[$doc:meta])*
        $name:ident: $type:ty = $default:expr, $kind:ident,
            effect: $effect:expr,
            reason: $reason:expr,
            source: $source:expr;
    )*) => {
        /// The settings of the emulated IMS. They can change while the emulator runs.
        ///
        /// ```
        /// use adobe_ims_emulator::{Emulator, ims_settings::RefreshTokenReuse};
        ///
        /// let emulator = Emulator::start()?;
        /// emulator.change_ims_settings(|settings| {
        ///     settings.refresh_token_reuse = RefreshTokenReuse::EndSession;
        ///     settings.documented_statuses = true;
        /// });
        /// assert!(emulator.ims_settings().documented_statuses);
        /// # Ok::<(), adobe_ims_emulator::StartError>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct ImsSettings {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Default for ImsSettings {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        const TABLE: &[ImsSetting] = &[$(ImsSetting {
            name: stringify!($name),
            effect: $effect,
            reason: $reason,
            source: $source,
            kind: SettingKind::$kind,
            values: || <$type as Named>::VALUES.iter().map(|(_, name)| *name).collect(),
            get: |settings| settings.$name.name(),
            set: |settings, value| match <$type as Named>::from_name(value) {
                Some(value) => {
                    settings.$name = value;
                    true
                }
                None => false,
            },
        },)*];
    };
}

settings! {
    /// The JWT exchange refuses a client with the documented 401.
    documented_statuses: bool = false, Boolean,
        effect: "The JWT exchange answers with 401, not with 400, to a wrong client secret and to \
                 a client that may not exchange a JWT.",
        reason: "Adobe's own tests against the live service expect 400.",
        source: "401: Adobe's JWT documentation. 400: aio-lib-java's integration tests.";
    /// The error of an assertion that no certificate verifies.
    signature_error: SignatureError = SignatureError::InvalidToken, Choice,
        effect: "The error of an assertion that no certificate of the account verifies: \
                 invalid_token with the text `Could not match JWT signature to any of the \
                 bindings`, the same with the newer text `Could not match signature to any of the \
                 bindings`, or invalid_signature.",
        reason: "Several reports from the field quote the first.",
        source: "invalid_signature: Adobe's JWT documentation. First text: adobeio-auth#67 and \
                 others. Newer text: the PDF Services SDK for Python.";
    /// The exchange accepts RS384 and RS512.
    rs384_rs512: bool = false, Boolean,
        effect: "The JWT exchange also accepts assertions that are signed with RS384 or RS512.",
        reason: "Adobe's documentation since 2020 names RS256 alone.",
        source: "All three: Adobe's documentation before 2020. RS256 alone: since 2020.";
    /// The exchange refuses an assertion that is valid for more than a day.
    assertions_within_a_day: bool = false, Boolean,
        effect: "The JWT exchange refuses an assertion that expires in more than 24 hours.",
        reason: "Published clients that work send an exp of 24 hours and 10 minutes, or in \
                 milliseconds. Adobe removed the limit from its documentation in 2019.",
        source: "Limit: Adobe's JWT documentation before 2019-06-21. None: adobeio-auth#38.";
    /// `expires_in` is in seconds in all versions of the token endpoint.
    seconds_everywhere: bool = false, Boolean,
        effect: "The token endpoint sends expires_in in seconds also in v1 and without a version, \
                 not in milliseconds.",
        reason: "Two published clients rely on milliseconds, one on seconds.",
        source: "Milliseconds: AEP streaming connect, the AEM Mobile client, Adobe's samples of \
                 2019. Seconds: aepp.";
    /// The token endpoint accepts HTTP Basic.
    basic_authentication: bool = true, Boolean,
        effect: "Clients may authenticate with HTTP Basic. Otherwise IMS does not look at that \
                 header.",
        reason: "Adobe's documentation since 2023 and the discovery document name HTTP Basic.",
        source: "Not supported: Adobe's OAuth documentation of 2019 to 2021. Supported: since 2023.";
    /// The answer to a refresh token that its client uses again.
    refresh_token_reuse: RefreshTokenReuse = RefreshTokenReuse::Refuse, Choice,
        effect: "What happens when a client uses a refresh token again: the token works until it \
                 expires, or the use is refused, or it also ends all tokens of the sign-in.",
        reason: "Adobe documents that a client has to store the new refresh token, and a third \
                 party saw the old one revoked after its use. No source says that the sign-in ends.",
        source: "Adobe's user authentication guide; a third party's report; RFC 9700 for \
                 end_session.";
    /// A public client gets refresh tokens.
    public_refresh_tokens: bool = true, Boolean,
        effect: "A public client that is registered for refresh tokens gets them.",
        reason: "Adobe's guide shows a refresh by a public client.",
        source: "Adobe's user authentication guide, which disagrees with itself.";
    /// A client can validate the access tokens of another client.
    validation_of_other_clients: bool = true, Boolean,
        effect: "validate_token answers for an access token of any client to every registered \
                 client. Otherwise the result is bad_client_id.",
        reason: "Two back ends of Adobe validate the tokens of their pages with client ids of \
                 their own. That IMS accepts it is inferred from them.",
        source: "Published back ends; the reason bad_client_id is inferred.";
    /// The marks of a token that a permanent authorization code gives.
    service_tokens: ServiceTokenForm = ServiceTokenForm::AdobeService, Choice,
        effect: "The marks of a token of a permanent authorization code: a user id that ends in \
                 @AdobeService, or the scope system and the id of the technical account.",
        reason: "Adobe's actions look at the user id first and call the scope that of older \
                 clients.",
        source: "Published actions of Adobe that check for service tokens.";
    /// `state` has at most 255 characters.
    short_state: bool = false, Boolean,
        effect: "The authorization endpoint accepts at most 255 characters of state, not 4096.",
        reason: "Adobe's current documentation says 4096.",
        source: "255: Adobe's documentation of 2019. 4096: the user authentication guide.";
}

impl ImsSettings {
    /// Returns the descriptions of all settings.
    pub fn table() -> &'static [ImsSetting] {
        TABLE
    }

    /// Sets a value by the names of the setting and of the value.
    ///
    /// ```
    /// use adobe_ims_emulator::ims_settings::ImsSettings;
    ///
    /// let mut settings = ImsSettings::default();
    /// settings.set("refresh_token_reuse", "accept")?;
    /// assert!(settings.set("refresh_token", "accept").is_err());
    /// # Ok::<(), adobe_ims_emulator::ims_settings::InvalidSetting>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that lists what there is if there is no such setting or value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidSetting> {
        let setting = TABLE.iter().find(|setting| setting.name == name);
        let setting = setting.ok_or_else(|| InvalidSetting::UnknownName(name.to_owned()))?;
        if (setting.set)(self, value) {
            Ok(())
        } else {
            Err(InvalidSetting::UnknownValue {
                name: setting.name,
                value: value.to_owned(),
                values: setting.values(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_every_setting_can_be_set_and_read() {
        for setting in ImsSettings::table() {
            let values = setting.values();
            assert!(values.contains(&setting.default_value()), "{setting:?}");
            for value in values {
                let mut settings = ImsSettings::default();
                settings.set(setting.name(), value).unwrap();
                assert_eq!(setting.value(&settings), value);
                let others = ImsSettings::table().iter();
                for other in others.filter(|other| other.name != setting.name) {
                    assert_eq!(other.value(&settings), other.default_value());
                }
            }
        }
    }

    #[test]
    fn error_lists_what_there_is() {
        let mut settings = ImsSettings::default();
        let error = settings.set("Documented_Statuses", "true").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("there is no setting \"Documented_Statuses\"; there are"));
        assert!(text.contains("seconds_everywhere"));
        let error = settings.set("refresh_token_reuse", "once").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the setting refresh_token_reuse is one of accept, refuse, end_session, not \"once\""
        );
    }
}
