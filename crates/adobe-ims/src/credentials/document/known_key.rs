//! The names of fields in the documents of Adobe's and other tools: one normaliser instead of a list of spellings.

/// A field that documents and variables have under several names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownKey {
    ClientId,
    ClientSecret,
    ClientSecrets,
    Scopes,
    Metascopes,
    OrganizationId,
    TechnicalAccountId,
    Email,
    PrivateKey,
    Passphrase,
    /// A name that means the identity service and nothing else: `IMS_HOST`, `token_url`.
    IdentityService,
    /// A name that may mean the environment of anything: `env`.
    Environment,
    /// A name that may mean any server: `host`.
    Server,
}

/// Returns a key without upper case, underscores, dashes, dots and blanks: `CLIENT_ID`, `clientId` and `client-id` are
/// the same.
pub(super) fn normalized(key: &str) -> String {
    key.chars()
        .filter(|c| !matches!(c, '_' | '-' | '.' | ' ' | '$'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// The normalised names. The names are those of the consoles of Adobe, of aio, jwt-auth and aio-lib-java (documented by
/// Adobe), of user-sync, umapi-client, aepp and aanalytics2 (read in their published sources), and those that
/// published clients tell their users to add.
const NAMES: &[(KnownKey, &[&str])] = &[
    (KnownKey::ClientId, &["clientid", "apikey"]),
    (KnownKey::ClientSecret, &["clientsecret", "secret"]),
    (KnownKey::ClientSecrets, &["clientsecrets"]),
    (
        KnownKey::Scopes,
        &["scopes", "scope", "oauthscopes", "imsscopes"],
    ),
    (KnownKey::Metascopes, &["metascopes", "metascope"]),
    (
        KnownKey::OrganizationId,
        &[
            "orgid",
            "imsorgid",
            "imsorg",
            "org",
            "organizationid",
            "imsorganizationid",
            "organization",
            "imsorganization",
        ],
    ),
    (
        KnownKey::TechnicalAccountId,
        &[
            "technicalaccountid",
            "techaccountid",
            "techacctid",
            "techacct",
            "techid",
        ],
    ),
    (
        KnownKey::Email,
        &["technicalaccountemail", "techacctemail", "techaccountemail"],
    ),
    (
        KnownKey::PrivateKey,
        &[
            "privatekey",
            "privatekeyfile",
            "privatekeypath",
            "privkeypath",
            "privkeydata",
            "jwtprivatekey",
            "pathtokey",
            "encodedpkcs8",
        ],
    ),
    (
        KnownKey::Passphrase,
        &["passphrase", "privkeypass", "privatekeypassphrase"],
    ),
    (
        KnownKey::IdentityService,
        &[
            "ims",
            "imshost",
            "imsurl",
            "imsuri",
            "imsbaseurl",
            "imsendpoint",
            "imsserver",
            "imsservice",
            "imsenv",
            "imsenvironment",
            "imsauthenv",
            "imstokenurl",
            "imstokenendpoint",
            "adobeimsv3tokenendpointurl",
            "adobeimshost",
            "adobeimsurl",
            "aioclienv",
            "clienv",
            "oauthbaseurl",
            "oauthurl",
            "oauthhost",
            "oauthendpoint",
            "oauthtokenurl",
            "oauthtokenendpoint",
            "authurl",
            "authhost",
            "authbaseurl",
            "authendpoint",
            "authserver",
            "authserverurl",
            "tokenurl",
            "tokenuri",
            "tokenhost",
            "tokenendpoint",
            "tokenexchangeurl",
            "accesstokenurl",
        ],
    ),
    (KnownKey::Environment, &["env", "environment"]),
    (
        KnownKey::Server,
        &["host", "hostname", "url", "baseurl", "endpoint", "server"],
    ),
];

impl KnownKey {
    /// Returns the field that this key names.
    pub(super) fn of(key: &str) -> Option<Self> {
        // No known name is longer; a longer key may be a secret.
        if key.len() > 48 {
            return None;
        }
        let key = normalized(key);
        let has_key = |(_, names): &&(Self, &[&str])| names.contains(&key.as_str());
        NAMES.iter().find(has_key).map(|(known, _)| *known)
    }

    /// Returns the normalised text before the client id in the name of a variable: `aem` for `AEM_CLIENT_ID`.
    pub(super) fn before_client_id(name: &str) -> Option<String> {
        if name.len() > 96 {
            return None;
        }
        let name = normalized(name);
        let before = ["clientid", "apikey"]
            .iter()
            .find_map(|end| name.strip_suffix(end))?;
        (!before.is_empty()).then(|| before.to_owned())
    }

    /// Returns true for fields that only credentials have.
    pub(super) fn is_of_credentials(self) -> bool {
        !matches!(
            self,
            Self::IdentityService | Self::Environment | Self::Server
        )
    }

    /// Returns true for fields that hold a secret.
    pub(super) fn is_secret(self) -> bool {
        matches!(
            self,
            Self::ClientSecret | Self::ClientSecrets | Self::PrivateKey | Self::Passphrase
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spelling_of_a_key_does_not_matter() {
        for (keys, known) in [
            (
                &[
                    "CLIENT_ID",
                    "clientId",
                    "client-id",
                    "ClientID",
                    "API_KEY",
                    "apiKey",
                ][..],
                KnownKey::ClientId,
            ),
            (
                &["ims_org_id", "imsOrgId", "IMS_ORG", "orgId"],
                KnownKey::OrganizationId,
            ),
            (
                &["tech_acct_id", "techAcct", "tech_id"],
                KnownKey::TechnicalAccountId,
            ),
            (
                &["PRIVATE_Key", "priv_key_path", "pathToKey"],
                KnownKey::PrivateKey,
            ),
            (
                &[
                    "OAUTH_BASE_URL",
                    "ims_host",
                    "imsHost",
                    "token_url",
                    "tokenEndpoint",
                    "AIO_CLI_ENV",
                ],
                KnownKey::IdentityService,
            ),
        ] {
            for key in keys {
                assert_eq!(KnownKey::of(key), Some(known), "{key}");
            }
        }
        for key in ["", "client", "id", "refresh_token", "ACCESS_TOKEN", "name"] {
            assert_eq!(KnownKey::of(key), None, "{key}");
        }
    }

    #[test]
    fn prefix_of_a_client_id_is_found() {
        for (name, before) in [
            ("AEM_CLIENT_ID", Some("aem")),
            ("aio_api_key", Some("aio")),
            (
                "AIO_COMMERCE_AUTH_IMS_CLIENT_ID",
                Some("aiocommerceauthims"),
            ),
            ("CLIENT_ID", None),
            ("AEM_CLIENT_SECRET", None),
        ] {
            let found = KnownKey::before_client_id(name);
            assert_eq!(found.as_deref(), before, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_key_is_known_or_not(key in "\\PC{0,60}") {
            let _ = (KnownKey::of(&key), KnownKey::before_client_id(&key));
        }
    }
}
