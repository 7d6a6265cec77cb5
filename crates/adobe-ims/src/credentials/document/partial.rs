//! What was found of credentials, wherever it was found, on its way to be complete.

use std::time::SystemTime;

use super::aliases::FieldNames;
use super::credential_fields::CredentialFields;
use super::field::{Field, Fields, plain};
use super::scopes::{split_metascopes, split_scopes};
use crate::credentials::Credentials;
use crate::credentials::{OauthClient, OauthCredentials, ServiceCredentials, service};
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::token::lifetime::TokenVersion;
use crate::util::secret::Secret;

/// Everything that credentials can consist of.
#[derive(Clone, Debug, Default)]
pub(super) struct RawFields {
    /// A host or URL.
    pub(super) environment: Field,
    /// What aio calls an environment.
    pub(super) environment_name: Field,
    pub(super) client_id: Field,
    pub(super) client_secrets: Field,
    pub(super) scopes: Field,
    pub(super) metascopes: Field,
    pub(super) organization_id: Field,
    pub(super) technical_account_id: Field,
    pub(super) email: Field,
    pub(super) private_key: Field,
    pub(super) passphrase: Field,
    pub(super) certificate: Field,
    pub(super) certificate_expires_at: Option<SystemTime>,
}

impl RawFields {
    /// These are what a caller can give.
    fn caller_fields(&self) -> [&Field; 7] {
        [
            &self.client_id,
            &self.client_secrets,
            &self.scopes,
            &self.metascopes,
            &self.organization_id,
            &self.technical_account_id,
            &self.private_key,
        ]
    }

    pub(super) fn is_present(&self) -> bool {
        self.caller_fields().iter().any(|field| field.is_present())
    }

    pub(super) fn asked_scopes(&self) -> Vec<String> {
        split_scopes(&Fields::new("").texts("", self.scopes.clone()))
    }

    fn replace_by(&mut self, given: &Self) {
        let own = [
            &mut self.client_id,
            &mut self.client_secrets,
            &mut self.scopes,
            &mut self.metascopes,
            &mut self.organization_id,
            &mut self.technical_account_id,
            &mut self.private_key,
        ];
        for (own, given) in own.into_iter().zip(given.caller_fields()) {
            given.clone().over(own);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A technical account, which signs assertions.
    Assertion,
    /// OAuth server-to-server.
    ClientCredentials,
    /// Whichever the fields are enough for, or nearest to.
    ByContent,
}

/// Credentials that may lack something.
pub(super) struct PartialCredentials {
    pub(super) parts: RawFields,
    pub(super) names: FieldNames,
    pub(super) kind: Kind,
    /// The document must say where to ask.
    pub(super) names_its_environment: bool,
    /// Documents of this kind never have the private key and the metascopes, or the scopes.
    pub(super) lacks_some: bool,
    /// A JWT credential of the Adobe Developer Console, for which Adobe has ended the exchange.
    pub(super) ended: bool,
}

/// Documented by Adobe: end of life on 2025-06-30; converted when the certificate expires, or on 2026-03-01
/// at the latest.
pub(crate) const JWT_CREDENTIALS_ENDED: &str = "Adobe has ended JWT credentials of the Adobe Developer Console (since 2026-03-01 all are converted): look there for the OAuth server-to-server credential of this project, and use its download instead";

impl PartialCredentials {
    pub(super) fn new(parts: RawFields, names: FieldNames, kind: Kind) -> Self {
        Self {
            parts,
            names,
            kind,
            names_its_environment: false,
            lacks_some: false,
            ended: false,
        }
    }

    /// The caller's fields count instead of the document's.
    pub(super) fn replaced_by(mut self, given: &CredentialFields) -> Result<Self> {
        let foreign = match self.kind {
            Kind::Assertion => given.parts.scopes.is_present(),
            Kind::ClientCredentials => {
                given.parts.metascopes.is_present() || given.parts.private_key.is_present()
            }
            Kind::ByContent => false,
        };
        if foreign {
            let (has, given) = match self.kind {
                Kind::Assertion => ("a technical account's (JWT)", "scopes were"),
                _ => ("OAuth server-to-server", "metascopes or a private key were"),
            };
            let subject = self.names.subject_and("is", "are");
            let what = format!("{subject} {has}, and {given} given besides");
            return Err(Error::new(Problem::CredentialsContradictory, what));
        }
        self.parts.replace_by(&given.parts);
        Ok(self)
    }

    /// The caller's fields count where such a document has nothing.
    pub(super) fn completed_by(mut self, given: &CredentialFields) -> Self {
        let fill = |own: &mut Field, given: &Field| {
            if !own.is_present() {
                given.clone().over(own);
            }
        };
        let kind = self.kind();
        let parts = &mut self.parts;
        if kind == Kind::Assertion {
            fill(&mut parts.private_key, &given.parts.private_key);
            fill(&mut parts.metascopes, &given.parts.metascopes);
        } else {
            fill(&mut parts.scopes, &given.parts.scopes);
        }
        self
    }

    fn kind(&self) -> Kind {
        let signs = self.parts.metascopes.is_present() || self.parts.private_key.is_present();
        match self.kind {
            Kind::ByContent if signs => Kind::Assertion,
            Kind::ByContent => Kind::ClientCredentials,
            kind => kind,
        }
    }

    /// The credentials, if they are complete; for this environment instead of the one that they name.
    pub(super) fn finish(self, environment: Option<Environment>) -> Result<Credentials> {
        let both = self.parts.scopes.is_present() && self.parts.metascopes.is_present();
        if self.kind == Kind::ByContent && both {
            let names = &self.names;
            let what = format!(
                "{} both scopes ({}) and metascopes ({})",
                names.subject_and("has", "have"),
                names.full(names.scopes),
                names.full(names.metascopes),
            );
            return Err(Error::new(Problem::CredentialsContradictory, what));
        }
        match self.kind() {
            Kind::Assertion => self.service(environment).map(Credentials::Service),
            _ => self
                .oauth(environment)
                .map(Credentials::OauthServerToServer),
        }
    }

    /// The client, whatever it may ask for.
    pub(super) fn client(self, environment: Option<Environment>) -> Result<OauthClient> {
        let Self { parts, names, .. } = self;
        let mut fields = Fields::new(names.prefix.clone());
        let client_id = plain(&fields.text(names.client_id, parts.client_id));
        let secrets = match parts.client_secrets.is_present() {
            true => fields.texts(names.client_secret, parts.client_secrets),
            false => Vec::new(),
        };
        if let Some(complaint) = fields.complaint() {
            return Err(incomplete(&names, false, &Missing::NOTHING, &complaint));
        }
        let named = Fields::optional(parts.environment);
        let organization = Fields::optional(parts.organization_id).map(|text| plain(&text));
        let environment = where_to_ask(environment, named, parts.environment_name)?;
        Ok(OauthClient::new(environment, client_id)
            .with_secrets(secrets)
            .with_organization(organization.as_deref()))
    }

    fn service(self, environment: Option<Environment>) -> Result<ServiceCredentials> {
        let Self { parts, names, .. } = self;
        let mut fields = Fields::new(names.prefix.clone());
        let named = match self.names_its_environment {
            true => Some(fields.text(names.environment, parts.environment)),
            false => Fields::optional(parts.environment),
        };
        let organization_id = plain(&fields.text(names.organization_id, parts.organization_id));
        let account_name = names.technical_account_id;
        let technical_account_id = plain(&fields.text(account_name, parts.technical_account_id));
        let client_id = plain(&fields.text(names.client_id, parts.client_id));
        let secrets = fields.texts(names.client_secret, parts.client_secrets);
        let has_scopes = parts.scopes.is_present();
        let metascopes = split_metascopes(&fields.texts(names.metascopes, parts.metascopes));
        if metascopes.is_empty() {
            fields.is_missing_unless_named(names.metascopes);
        }
        let private_key = fields.text(names.private_key, parts.private_key.joined("\n"));
        let missing = Missing {
            key: fields.lacks(names.private_key),
            metascopes: fields.lacks(names.metascopes),
            scopes: false,
        };
        if let Some(complaint) = fields.complaint() {
            let error = incomplete(&names, self.lacks_some, &missing, &complaint);
            let error = match self.ended {
                true => error.with_hint(JWT_CREDENTIALS_ENDED),
                false => error,
            };
            return Err(match has_scopes {
                true => error.with_hint(
                    "a private key signs assertions, which ask for metascopes; scopes are for OAuth server-to-server, which has no key",
                ),
                false => error,
            });
        }
        if organization_id.ends_with("@techacct.adobe.com")
            && technical_account_id.ends_with("@AdobeOrg")
        {
            return Err(Error::new(
                Problem::IdentitiesSwapped,
                format!(
                    "{} holds the technical account and {} the organisation",
                    names.full(names.organization_id),
                    names.full(account_name),
                ),
            ));
        }
        Ok(ServiceCredentials {
            resources: Vec::new(),
            environment: where_to_ask(environment, named, parts.environment_name)?,
            client_id,
            client_secret: secrets.into_iter().next().unwrap_or_default(),
            technical_account_id,
            organization_id,
            metascopes,
            private_key,
            passphrase: Fields::optional(parts.passphrase),
            ended: self.ended,
            email: Fields::optional(parts.email).map(|email| plain(&email)),
            certificate: service::unread(Fields::optional(parts.certificate.joined("\n"))),
            certificate_expiration_date: parts.certificate_expires_at,
        })
    }

    fn oauth(self, environment: Option<Environment>) -> Result<OauthCredentials> {
        let Self { parts, names, .. } = self;
        let mut fields = Fields::new(names.prefix.clone());
        let client_id = plain(&fields.text(names.client_id, parts.client_id));
        let secrets = fields.texts(names.client_secret, parts.client_secrets);
        let scopes = split_scopes(&fields.texts(names.scopes, parts.scopes));
        if scopes.is_empty() {
            fields.is_missing_unless_named(names.scopes);
        }
        let missing = Missing {
            key: false,
            metascopes: false,
            scopes: fields.lacks(names.scopes),
        };
        if let Some(complaint) = fields.complaint() {
            return Err(incomplete(&names, self.lacks_some, &missing, &complaint));
        }
        let named = Fields::optional(parts.environment);
        let optional = |field| Fields::optional(field).map(|text| plain(&text));
        let environment = where_to_ask(environment, named, parts.environment_name)?;
        Ok(OauthCredentials {
            client: OauthClient::new(environment, client_id)
                .with_secrets(secrets)
                .with_organization(optional(parts.organization_id).as_deref()),
            scopes,
            consenting_organization: None,
            resources: Vec::new(),
            version: TokenVersion::default(),
            technical_account_id: optional(parts.technical_account_id),
            email: optional(parts.email),
        })
    }
}

/// The environment that the caller means, else the one that the credentials name, else production. Whoever can
/// change a document could have its secrets sent anywhere, so that its word alone counts for known places only.
fn where_to_ask(
    meant: Option<Environment>,
    host: Option<Secret>,
    name: Field,
) -> Result<Environment> {
    if let Some(meant) = meant {
        return Ok(meant);
    }
    if let Some(host) = host {
        let named = Environment::parse(host.expose())?;
        if named.is_known() {
            return Ok(named);
        }
        let what = format!(
            "the credentials name the identity service {named}, which is neither Adobe's nor on this machine"
        );
        return Err(Error::new(Problem::IdentityServiceNotNamed, what)
            .with_hint("If you trust it with the secrets, name it yourself."));
    }
    match Fields::optional(name).as_ref().map(Secret::expose) {
        None | Some("prod") => Ok(Environment::production()),
        Some("stage") => Ok(Environment::stage()),
        Some(_) => Err(Error::new(
            Problem::EndpointInvalid,
            "the `env` of the IMS context is neither prod nor stage, which aio knows",
        )),
    }
}

struct Missing {
    key: bool,
    metascopes: bool,
    scopes: bool,
}

impl Missing {
    const NOTHING: Self = Self {
        key: false,
        metascopes: false,
        scopes: false,
    };
}

/// One error for all that is missing or wrong, with where to find what such documents do not have.
fn incomplete(names: &FieldNames, lacks_some: bool, missing: &Missing, complaint: &str) -> Error {
    let problem = if lacks_some && (missing.key || missing.metascopes || missing.scopes) {
        Problem::DocumentNeedsMore
    } else if names.is_document() {
        Problem::DocumentIncomplete
    } else {
        Problem::CredentialsIncomplete
    };
    let subject = names.subject_and("is", "are");
    let what = format!("{subject} incomplete; {complaint}");
    let mut error = Error::new(problem, what);
    if problem == Problem::DocumentNeedsMore {
        let hints = [
            (
                missing.key,
                "the private key is never in such a document: it is the one whose certificate is attached to the credential in the console (`private.key` of the zip that the console once made, or your own)",
            ),
            (
                missing.metascopes,
                "the metascopes are those of the APIs of the project, such as ent_aem_cloud_api; the console shows them with the credential",
            ),
            (
                missing.scopes,
                "the scopes are shown in the console with the credential",
            ),
        ];
        for (_, hint) in hints.iter().filter(|(is_missing, _)| *is_missing) {
            error = error.with_hint(*hint);
        }
    }
    error
}
