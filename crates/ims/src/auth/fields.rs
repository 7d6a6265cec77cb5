//! Credentials in fields: from flags, from the variables of this command, and from those of imscli.

use std::path::{Path, PathBuf, absolute};

use adobe_ims::api::TokenType;
use adobe_ims::credentials::{CredentialFields, FieldNames};
use adobe_ims::credentials::{DeviceCredentials, PermanentCode};
use adobe_ims::{Credentials, Environment, Secret};
use adobe_ims_config::SecretReference;

use super::token_argument;
use crate::args::CredentialFlags;
use crate::environment::{Variables, input, variables};
use crate::error::Failure;

/// The values set so far, and which need no further lookup.
#[derive(Default)]
pub(crate) struct FieldValues {
    pub(super) values: CredentialFields,
    client_id: bool,
    client_secret: bool,
    organization_id: bool,
    technical_account_id: bool,
    private_key: bool,
    scopes: bool,
    metascopes: bool,
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
        let mut fields = Self::default();
        if let Some(id) = &flags.client_id {
            fields.client_id = true;
            fields.values = fields.values.client_id(id);
        }
        if let Some(path) = &flags.client_secret_file {
            fields.client_secret = true;
            fields.values = fields.values.client_secret(input::client_secret(path)?);
        }
        if let Some(id) = &flags.org {
            fields.organization_id = true;
            fields.values = fields.values.organization_id(id);
        }
        if let Some(id) = &flags.technical_account {
            fields.technical_account_id = true;
            fields.values = fields.values.technical_account_id(id);
        }
        if let Some(path) = &flags.private_key_file {
            fields.private_key = true;
            fields.values = fields.values.private_key_file(&input::read(path)?);
        }
        if let Some(path) = &flags.code_file {
            let code = token_argument::read_kind(TokenType::AuthorizationCode, path)?;
            fields.proof = Some(Proof::Code(code));
        }
        if let (Some(id), Some(path)) = (&flags.device_id, &flags.device_token_file) {
            let token = token_argument::read_kind(TokenType::Device, path)?;
            fields.proof = Some(Proof::Device(id.clone(), token));
        }
        for scopes in &flags.scope {
            fields.scopes = true;
            fields.values = fields.values.scopes(scopes);
        }
        for metascopes in &flags.metascope {
            fields.metascopes = true;
            fields.values = fields.values.metascopes(metascopes);
        }
        Ok(fields)
    }

    /// Reads the fields that a document may lack from the variables.
    pub(crate) fn of_variables(variables: &Variables) -> Result<Self, Failure> {
        Self::default()
            .or_scope_variable(variables)?
            .or_key_variables(variables)
    }

    /// Adds the fields that are not set from the variables. Flags of one grant exclude the variables of another.
    pub(crate) fn or_variables(mut self, variables: &Variables) -> Result<Self, Failure> {
        if !self.client_id
            && let Some(id) = first(variables, variables::CLIENT_ID)?
        {
            self.values = self.values.client_id(id);
        }
        if !self.client_secret
            && let Some(secret) = client_secret(variables)?
        {
            self.values = self.values.client_secret(secret);
        }
        if !self.organization_id
            && let Some(id) = first(variables, variables::ORG_ID)?
        {
            self.values = self.values.organization_id(id);
        }
        if !self.technical_account_id
            && let Some(id) = first(variables, variables::TECHNICAL_ACCOUNT_ID)?
        {
            self.values = self.values.technical_account_id(id);
        }
        let signs = self.metascopes || self.private_key;
        let has_other_proof = self.scopes || self.proof.is_some();
        let fields = if has_other_proof {
            self
        } else {
            self.or_key_variables(variables)?
        };
        if signs {
            Ok(fields)
        } else {
            fields.or_scope_variable(variables)
        }
    }

    fn or_scope_variable(mut self, variables: &Variables) -> Result<Self, Failure> {
        if !self.scopes
            && let Some(scopes) = variables.text(variables::SCOPES)?
        {
            self.values = self.values.scopes(scopes);
        }
        Ok(self)
    }

    fn or_key_variables(mut self, variables: &Variables) -> Result<Self, Failure> {
        if !self.metascopes
            && let Some(metascopes) = variables.text(variables::METASCOPES)?
        {
            self.values = self.values.metascopes(metascopes);
        }
        if self.private_key {
            return Ok(self);
        }
        if let Some(key) = variables.text(variables::PRIVATE_KEY)? {
            self.values = self.values.private_key(key);
            return Ok(self);
        }
        let [file, imscli] = variables::PRIVATE_KEY_FILE;
        // imscli means a file; this command accepts the key itself, too.
        let key = variables.text(imscli)?.map(Secret::new);
        if let Some(path) = variables.os(file) {
            self.values = self.values.private_key_file(&input::read(path.as_ref())?);
        } else if let Some(key) = key {
            self.values = if input::may_be_a_path(key.expose()) {
                let content = input::read(key.expose().as_ref())?;
                self.values.private_key_file(&content)
            } else {
                self.values.private_key(key)
            };
        }
        Ok(self)
    }

    /// Builds the credentials; `environment` is the identity service that a flag or variable names.
    pub(crate) fn credentials(
        &self,
        environment: Option<Environment>,
    ) -> Result<Credentials, Failure> {
        let fields = match environment {
            Some(environment) => self.values.clone().environment(environment),
            None => self.values.clone(),
        };
        let Some(proof) = &self.proof else {
            return Ok(fields.credentials(field_names())?);
        };
        let (client, scopes) = (fields.client(field_names())?, fields.asked_scopes());
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

fn client_secret(variables: &Variables) -> Result<Option<Secret>, Failure> {
    let place = SecretLocation::of(None, variables);
    place.map(|place| place.read(variables)).transpose()
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
