//! Complete credentials out of partial ones, or one error for all that is missing.

use super::aliases::FieldNames;
use super::field::{Field, plain};
use super::field_reader::FieldReader;
use super::identity_service::IdentityServiceFields;
use super::partial::{JWT_CREDENTIALS_ENDED, Kind, PartialCredentials};
use super::scopes::{split_metascopes, split_scopes};
use super::supplement::{Supplement, check};
use crate::credentials::{Credentials, OauthClient, OauthCredentials, ServiceCredentials, service};
use crate::environment::Environment;
use crate::error::{Error, Problem, Result};
use crate::token::lifetime::TokenVersion;
use crate::value::ValueKind;

impl PartialCredentials {
    /// Returns the credentials if they are complete. `environment` counts instead of the one that they name.
    pub(super) fn complete(self, environment: Option<Environment>) -> Result<Credentials> {
        let both = self.fields.scopes.is_present() && self.fields.metascopes.is_present();
        if self.kind == Kind::ByContent && both {
            let names = &self.names;
            let message = format!(
                "{} both scopes ({}) and metascopes ({})",
                names.subject_with_verb("has", "have"),
                names.qualified(names.scopes),
                names.qualified(names.metascopes),
            );
            return Err(Error::new(Problem::CredentialsContradictory, message));
        }
        if self.resolved_kind() == Kind::Assertion {
            self.service(environment).map(Credentials::Service)
        } else {
            self.oauth(environment)
                .map(Credentials::OauthServerToServer)
        }
    }

    /// Returns the client alone, without scopes. It may have no secret.
    pub(super) fn client(self, environment: Option<Environment>) -> Result<OauthClient> {
        let Self { fields, names, .. } = self;
        let mut reader = FieldReader::new(names.prefix.clone());
        let client_id =
            plain(&reader.value(ValueKind::ClientId, names.client_id, fields.client_id));
        let secrets = if fields.client_secrets.is_present() {
            reader.values(
                ValueKind::ClientSecret,
                names.client_secret,
                fields.client_secrets,
            )
        } else {
            Vec::new()
        };
        let notes = reader.take_notes();
        let organization = organization(&mut reader, &names, fields.organization_id);
        if let Some(error) = check(reader, &names, &[]) {
            return Err(error);
        }
        let environment = resolve_environment(environment, fields.identity_service)?;
        Ok(OauthClient::new(environment.used, client_id)
            .in_place_of(environment.replaced)
            .with_secrets(secrets)
            .with_organization(organization.as_deref())
            .with_notes(notes))
    }

    fn service(self, environment: Option<Environment>) -> Result<ServiceCredentials> {
        let supplements = self.supplements(&[Supplement::PrivateKey, Supplement::Metascopes]);
        let Self { fields, names, .. } = self;
        let mut reader = FieldReader::new(names.prefix.clone());
        if self.requires_environment {
            reader.text(names.environment, fields.identity_service.field());
        }
        let organization_id = plain(&reader.value(
            ValueKind::Organization,
            names.organization_id,
            fields.organization_id,
        ));
        let technical_account_id = plain(&reader.value(
            ValueKind::TechnicalAccountId,
            names.technical_account_id,
            fields.technical_account_id,
        ));
        let client_id =
            plain(&reader.value(ValueKind::ClientId, names.client_id, fields.client_id));
        let secrets = reader.values(
            ValueKind::ClientSecret,
            names.client_secret,
            fields.client_secrets,
        );
        let has_scopes = fields.scopes.is_present();
        let metascopes = split_metascopes(&reader.lists(names.metascopes, fields.metascopes));
        if metascopes.is_empty() {
            reader.report_missing(names.metascopes);
        }
        let private_key = reader.value(
            ValueKind::PrivateKey,
            names.private_key,
            fields.private_key.joined("\n"),
        );
        let notes = reader.take_notes();
        if let Some(error) = check(reader, &names, supplements) {
            return Err(with_service_hints(error, self.jwt_ended, has_scopes));
        }
        refuse_swapped(&organization_id, &technical_account_id, &names)?;
        let environment = resolve_environment(environment, fields.identity_service)?;
        Ok(ServiceCredentials {
            resources: Vec::new(),
            environment: environment.used,
            replaced_environment: environment.replaced,
            client_id,
            client_secret: secrets.into_iter().next().unwrap_or_default(),
            technical_account_id,
            organization_id,
            metascopes,
            private_key,
            passphrase: FieldReader::optional(fields.passphrase),
            ended: self.jwt_ended,
            email: FieldReader::optional(fields.email).map(|email| plain(&email)),
            certificate: service::unread(FieldReader::optional(fields.certificate.joined("\n"))),
            certificate_expiration_date: fields.certificate_expires_at,
            notes,
            is_of_emulator: false,
        })
    }

    fn oauth(self, environment: Option<Environment>) -> Result<OauthCredentials> {
        let supplements = self.supplements(&[Supplement::Scopes]);
        let Self { fields, names, .. } = self;
        let mut reader = FieldReader::new(names.prefix.clone());
        let client_id =
            plain(&reader.value(ValueKind::ClientId, names.client_id, fields.client_id));
        let secrets = reader.values(
            ValueKind::ClientSecret,
            names.client_secret,
            fields.client_secrets,
        );
        let scopes = split_scopes(&reader.lists(names.scopes, fields.scopes));
        if scopes.is_empty() {
            reader.report_missing(names.scopes);
        }
        let notes = reader.take_notes();
        let organization = organization(&mut reader, &names, fields.organization_id);
        let technical_account_id = reader.optional_value(
            ValueKind::TechnicalAccountId,
            names.technical_account_id,
            fields.technical_account_id,
        );
        if let Some(error) = check(reader, &names, supplements) {
            return Err(error);
        }
        let environment = resolve_environment(environment, fields.identity_service)?;
        Ok(OauthCredentials {
            client: OauthClient::new(environment.used, client_id)
                .in_place_of(environment.replaced)
                .with_secrets(secrets)
                .with_organization(organization.as_deref())
                .with_notes(notes),
            scopes,
            consenting_organization: None,
            resources: Vec::new(),
            version: TokenVersion::default(),
            technical_account_id: technical_account_id.map(|id| plain(&id)),
            email: FieldReader::optional(fields.email).map(|email| plain(&email)),
        })
    }

    fn supplements(&self, of_the_kind: &'static [Supplement]) -> &'static [Supplement] {
        if self.needs_supplement {
            of_the_kind
        } else {
            &[]
        }
    }
}

/// Refuses an organisation in the place of the technical account, and the reverse.
fn refuse_swapped(
    organization_id: &str,
    technical_account_id: &str,
    names: &FieldNames,
) -> Result<()> {
    if organization_id.ends_with("@techacct.adobe.com")
        && technical_account_id.ends_with("@AdobeOrg")
    {
        let message = format!(
            "{} holds the technical account and {} the organisation",
            names.qualified(names.organization_id),
            names.qualified(names.technical_account_id),
        );
        return Err(Error::new(Problem::IdentitiesSwapped, message));
    }
    Ok(())
}

/// Returns the organisation of a client, which IMS does not demand.
fn organization(reader: &mut FieldReader, names: &FieldNames, field: Field) -> Option<String> {
    let value = reader.optional_value(ValueKind::Organization, names.organization_id, field);
    value.map(|text| plain(&text))
}

fn with_service_hints(mut error: Error, jwt_ended: bool, has_scopes: bool) -> Error {
    if jwt_ended {
        error = error.with_hint(JWT_CREDENTIALS_ENDED);
    }
    if has_scopes {
        error = error.with_hint(
            "a private key signs assertions, which request metascopes; scopes are for OAuth server-to-server, which has no key",
        );
    }
    error
}

/// The environment of requests.
struct ResolvedEnvironment {
    used: Environment,
    /// The one that the credentials name, if the caller named another one.
    replaced: Option<Environment>,
}

/// Returns the environment of the caller, else the one that the credentials name, else production.
fn resolve_environment(
    environment: Option<Environment>,
    named: IdentityServiceFields,
) -> Result<ResolvedEnvironment> {
    let Some(used) = environment else {
        return Ok(ResolvedEnvironment {
            used: named.resolve()?.unwrap_or_default(),
            replaced: None,
        });
    };
    // What the credentials name is not used, so it need not be valid.
    let named = named.resolve().ok().flatten();
    Ok(ResolvedEnvironment {
        replaced: named.filter(|named| *named != used),
        used,
    })
}
