//! Credentials in fields: from flags, from the variables of this command, and from those of imscli.

use std::path::{Path, PathBuf, absolute};

use adobe_ims::api::TokenType;
use adobe_ims::credentials::{CredentialFields, CredentialVariables, FieldNames};
use adobe_ims::credentials::{DeviceCredentials, PermanentCode};
use adobe_ims::{Credentials, Environment, Secret};
use adobe_ims_config::SecretReference;

use super::token_argument;
use crate::args::CredentialFlags;
use crate::environment::{Variables, input, variables};
use crate::error::Failure;

/// Credentials in fields.
#[derive(Default)]
pub(crate) struct FieldValues {
    pub(super) values: CredentialFields,
    proof: Option<Proof>,
}

/// A proof of identity that is neither a client secret nor a key.
enum Proof {
    Code(Secret),
    Device(String, Secret),
}

impl FieldValues {
    /// Reads the fields of the command line.
    pub(crate) fn of_flags(flags: &CredentialFlags) -> Result<Self, Failure> {
        let mut values = CredentialFields::new();
        if let Some(id) = &flags.client_id {
            values = values.client_id(id);
        }
        if let Some(path) = &flags.client_secret_file {
            values = values.client_secret(input::client_secret(path)?);
        }
        if let Some(id) = &flags.org {
            values = values.organization_id(id);
        }
        if let Some(id) = &flags.technical_account {
            values = values.technical_account_id(id);
        }
        if let Some(path) = &flags.private_key_file {
            values = values.private_key_file(&input::read(path)?);
        }
        values = (flags.scope.iter()).fold(values, CredentialFields::scopes);
        values = (flags.metascope.iter()).fold(values, CredentialFields::metascopes);
        let proof = Proof::of_flags(flags)?;
        Ok(Self { values, proof })
    }

    /// Reads the fields that a document may lack from the variables.
    pub(crate) fn of_variables(variables: &Variables) -> Result<Self, Failure> {
        let no_flags = CredentialFlags::default();
        let values = add_scopes(CredentialFields::new(), &no_flags, variables)?;
        let values = add_key(values, &no_flags, variables)?;
        let proof = None;
        Ok(Self { values, proof })
    }

    /// Reads the fields of the command line, and the others from the variables. Flags of one grant exclude the
    /// variables of another.
    pub(crate) fn of_flags_or_variables(
        flags: &CredentialFlags,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let Self { mut values, proof } = Self::of_flags(flags)?;
        if flags.client_id.is_none()
            && let Some(id) = first(variables, variables::CLIENT_ID)?
        {
            values = values.client_id(id);
        }
        if flags.client_secret_file.is_none()
            && let Some(location) = SecretLocation::of(None, variables)
        {
            values = values.client_secret(location.read(variables)?);
        }
        if flags.org.is_none()
            && let Some(id) = first(variables, variables::ORG_ID)?
        {
            values = values.organization_id(id);
        }
        if flags.technical_account.is_none()
            && let Some(id) = first(variables, variables::TECHNICAL_ACCOUNT_ID)?
        {
            values = values.technical_account_id(id);
        }
        if flags.scope.is_empty() && proof.is_none() {
            values = add_key(values, flags, variables)?;
        }
        if flags.metascope.is_empty() && flags.private_key_file.is_none() {
            values = add_scopes(values, flags, variables)?;
        }
        Ok(Self { values, proof })
    }

    /// Builds the credentials; `environment` is the identity service that a flag or variable names. Without it the
    /// one counts that variables of other programs name.
    pub(crate) fn credentials(
        &self,
        environment: Option<Environment>,
        others: &CredentialVariables,
    ) -> Result<Credentials, Failure> {
        let fields = match environment {
            Some(environment) => self.values.clone().environment(environment),
            None => self.values.clone().environment_of(others),
        };
        let Some(proof) = &self.proof else {
            return Ok(fields.credentials(field_names())?);
        };
        let (client, scopes) = (fields.client(field_names())?, fields.scope_list());
        Ok(match proof {
            Proof::Code(code) => {
                Credentials::PermanentCode(PermanentCode::new(client, code.clone(), scopes))
            }
            Proof::Device(id, token) => {
                Credentials::Device(DeviceCredentials::new(client, id, token.clone(), scopes))
            }
        })
    }
}

impl Proof {
    fn of_flags(flags: &CredentialFlags) -> Result<Option<Self>, Failure> {
        if let (Some(id), Some(path)) = (&flags.device_id, &flags.device_token_file) {
            let token = token_argument::read_kind(TokenType::Device, path)?;
            return Ok(Some(Self::Device(id.clone(), token)));
        }
        let Some(path) = &flags.code_file else {
            return Ok(None);
        };
        let code = token_argument::read_kind(TokenType::AuthorizationCode, path)?;
        Ok(Some(Self::Code(code)))
    }
}

/// Adds the scopes of the variable, unless a flag names scopes.
fn add_scopes(
    values: CredentialFields,
    flags: &CredentialFlags,
    variables: &Variables,
) -> Result<CredentialFields, Failure> {
    if !flags.scope.is_empty() {
        return Ok(values);
    }
    let scopes = variables.text(variables::SCOPES)?;
    Ok(scopes.iter().fold(values, CredentialFields::scopes))
}

/// Adds the metascopes and the private key of the variables, unless flags name them.
fn add_key(
    mut values: CredentialFields,
    flags: &CredentialFlags,
    variables: &Variables,
) -> Result<CredentialFields, Failure> {
    if flags.metascope.is_empty() {
        let metascopes = variables.text(variables::METASCOPES)?;
        values = metascopes.iter().fold(values, CredentialFields::metascopes);
    }
    if flags.private_key_file.is_some() {
        return Ok(values);
    }
    if let Some(key) = variables.text(variables::PRIVATE_KEY)? {
        return Ok(values.private_key(key));
    }
    let [file, imscli] = variables::PRIVATE_KEY_FILE;
    let imscli = variables.text(imscli)?.map(Secret::new);
    if let Some(path) = variables.os(file) {
        return Ok(values.private_key_file(&input::read(path.as_ref())?));
    }
    // imscli means a file; this command accepts the key itself, too.
    Ok(match imscli {
        None => values,
        Some(key) if input::may_be_a_path(key.expose()) => {
            values.private_key_file(&input::read(key.expose().as_ref())?)
        }
        Some(key) => values.private_key(key),
    })
}

/// Returns the names that messages use for the fields.
pub(crate) fn field_names() -> FieldNames {
    let mut names = FieldNames::default();
    names.client_id = "--client-id (IMS_CLIENT_ID)";
    names.client_secret = "--client-secret-file (IMS_CLIENT_SECRET)";
    names.scopes = "--scope (IMS_SCOPES)";
    names.metascopes = "--metascope (IMS_METASCOPES)";
    names.organization_id = "--org (IMS_ORG_ID)";
    names.technical_account_id = "--technical-account (IMS_TECHNICAL_ACCOUNT_ID)";
    names.private_key = "--private-key-file (IMS_PRIVATE_KEY_FILE)";
    names
}

/// Returns the value of the first variable that is set.
pub(crate) fn first(
    variables: &Variables,
    names: [&'static str; 2],
) -> Result<Option<String>, Failure> {
    for name in names {
        if let Some(text) = variables.text(name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The place of the client secret.
pub(crate) enum SecretLocation {
    File(PathBuf),
    Variable(&'static str),
}

impl SecretLocation {
    /// Finds the file that the flag names, else a variable; imscli's variable comes last.
    pub(crate) fn of(flag: Option<&Path>, variables: &Variables) -> Option<Self> {
        let [own, imscli] = variables::CLIENT_SECRET;
        if let Some(path) = flag {
            Some(Self::File(path.to_owned()))
        } else if variables.has(own) {
            Some(Self::Variable(own))
        } else if let Some(path) = variables.os(variables::CLIENT_SECRET_FILE) {
            Some(Self::File(path.into()))
        } else {
            variables.has(imscli).then_some(Self::Variable(imscli))
        }
    }

    pub(crate) fn read(&self, variables: &Variables) -> Result<Secret, Failure> {
        match self {
            Self::File(path) => input::client_secret(path),
            Self::Variable(name) => Ok(Secret::new(variables.text(name)?.unwrap_or_default())),
        }
    }

    /// Returns the reference for a configuration; `None` for stdin, which cannot be read again.
    pub(crate) fn reference(&self) -> Option<SecretReference> {
        match self {
            Self::File(path) if path.as_os_str() == "-" => None,
            Self::File(path) => Some(SecretReference::File(absolute(path).ok()?)),
            Self::Variable(name) => Some(SecretReference::Variable((*name).to_owned())),
        }
    }
}
