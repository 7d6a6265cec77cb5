//! A profile as it is shown.

use std::time::SystemTime;

use adobe_ims::internal::time;
use adobe_ims::session::Session;
use adobe_ims_config::{Identity, Profile};
use serde::Serialize;

use crate::auth::sessions;

/// A profile and what is known beside the configuration.
pub(super) struct ListedProfile<'a> {
    pub(super) profile: &'a Profile,
    pub(super) is_default: bool,
    pub(super) session: Option<Session>,
    pub(super) now: SystemTime,
}

impl ListedProfile<'_> {
    /// Returns the state of the sign-in.
    pub(super) fn state(&self) -> String {
        sessions::state(self.profile, self.session.as_ref(), self.now)
    }
}

/// `ims.profile/1`: fields are added, never removed.
#[derive(Serialize)]
pub(super) struct ProfileJson<'a> {
    schema: &'static str,
    name: &'a str,
    #[serde(rename = "type")]
    type_name: &'static str,
    default: bool,
    place: String,
    environment: Option<&'a str>,
    client_id: Option<&'a str>,
    org_id: Option<&'a str>,
    technical_account_id: Option<&'a str>,
    /// The credentials of a document that has several.
    context: Option<&'a str>,
    device_id: Option<&'a str>,
    scopes: &'a [String],
    targets: Option<&'a [String]>,
    secrets: Vec<SecretJson>,
    sign_in: Option<SignInJson>,
}

/// The session of a sign-in.
#[derive(Serialize)]
struct SignInJson {
    user_id: Option<String>,
    signed_in_at: Option<String>,
    ends_at: Option<String>,
    over: bool,
}

/// The place of a secret.
#[derive(Serialize)]
struct SecretJson {
    key: &'static str,
    place: String,
}

impl<'a> ProfileJson<'a> {
    pub(super) fn of(listed: &ListedProfile<'a>) -> Self {
        let profile = listed.profile;
        let client = profile.client();
        let secrets = profile.secrets().into_iter();
        let (mut technical_account_id, mut context, mut device_id) = (None, None, None);
        match &profile.identity {
            Identity::Jwt {
                technical_account_id: id,
                ..
            } => technical_account_id = Some(id.as_str()),
            Identity::OauthServerToServer {
                technical_account_id: id,
                ..
            } => technical_account_id = id.as_deref(),
            Identity::Document { context: name, .. } => context = name.as_deref(),
            Identity::Device { device_id: id, .. } => device_id = Some(id.as_str()),
            _ => {}
        }
        Self {
            schema: "ims.profile/1",
            name: &profile.name,
            type_name: profile.type_name(),
            default: listed.is_default,
            place: profile.location.to_string(),
            environment: (profile.settings.environment.as_ref()).map(|it| it.value.base_url()),
            client_id: client.map(|it| it.id.as_str()),
            org_id: client.and_then(|it| it.organization_id.as_deref()),
            technical_account_id,
            context,
            device_id,
            scopes: profile.scopes(),
            targets: profile.targets.as_ref().map(|it| it.value.as_slice()),
            secrets: secrets
                .map(|(key, place)| SecretJson {
                    key,
                    place: place.to_string(),
                })
                .collect(),
            sign_in: listed.session.as_ref().map(|session| SignInJson {
                user_id: session.user_id.clone(),
                signed_in_at: time::rfc3339(session.signed_in_at),
                ends_at: time::rfc3339(session.expires_at()),
                over: sessions::is_over(session, listed.now),
            }),
        }
    }

    pub(super) fn rows(&self, state: String) -> Vec<[String; 2]> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let name = if self.default {
            format!("{} (default)", self.name)
        } else {
            self.name.to_owned()
        };
        let mut rows = vec![
            ("profile", name),
            ("type", self.type_name.to_owned()),
            ("place", self.place.clone()),
            ("environment", text(self.environment)),
            ("client_id", text(self.client_id)),
            ("org_id", text(self.org_id)),
            ("technical_account_id", text(self.technical_account_id)),
            ("context", text(self.context)),
            ("device_id", text(self.device_id)),
            ("scopes", self.scopes.join(", ")),
            ("targets", self.targets.unwrap_or_default().join(", ")),
            ("signed in", state),
        ];
        rows.extend(self.secrets.iter().map(|it| (it.key, it.place.clone())));
        rows.retain(|(_, value)| !value.is_empty());
        let named = rows.into_iter();
        named
            .map(|(name, value)| [name.to_owned(), value])
            .collect()
    }
}
