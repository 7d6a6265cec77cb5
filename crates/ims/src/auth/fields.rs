//! Credentials in fields: from flags, from this command's variables, and in the spelling of imscli.

use std::path::{Path, PathBuf, absolute};

use adobe_ims::api::TokenType;
use adobe_ims::credentials::{CredentialFields, FieldNames};
use adobe_ims::credentials::{DeviceCredentials, PermanentCode};
use adobe_ims::{Credentials, Environment, Secret};
use adobe_ims_config::SecretReference;

use crate::args::CredentialFlags;
use crate::auth::token_argument;
use crate::environment::input;
use crate::environment::variables::{self, Variables};
use crate::error::Failure;

/// What was given, and of what nobody need look for more.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) given: CredentialFields,
    client_id: bool,
    client_secret: bool,
    organization_id: bool,
    technical_account_id: bool,
    private_key: bool,
    scopes: bool,
    metascopes: bool,
    proof: Option<Proof>,
}

/// What proves the right to a token where it is neither the client secret nor a key.
enum Proof {
    Code(Secret),
    Device(String, Secret),
}

impl Fields {
    /// Those of the command line.
    pub(crate) fn of_flags(flags: &CredentialFlags) -> Result<Self, Failure> {
        let mut fields = Self::default();
        if let Some(id) = &flags.client_id {
            fields.client_id = true;
            fields.given = fields.given.client_id(id);
        }
        if let Some(path) = &flags.client_secret_file {
            fields.client_secret = true;
            fields.given = fields.given.client_secret(input::client_secret(path)?);
        }
        if let Some(id) = &flags.org {
            fields.organization_id = true;
            fields.given = fields.given.organization_id(id);
        }
        if let Some(id) = &flags.technical_account {
            fields.technical_account_id = true;
            fields.given = fields.given.technical_account_id(id);
        }
        if let Some(path) = &flags.private_key_file {
            fields.private_key = true;
            fields.given = fields.given.private_key_file(&input::read(path)?);
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
            fields.given = fields.given.scopes(scopes);
        }
        for metascopes in &flags.metascope {
            fields.metascopes = true;
            fields.given = fields.given.metascopes(metascopes);
        }
        Ok(fields)
    }

    /// What a document may lack, from the variables.
    pub(crate) fn of_variables(variables: &Variables) -> Result<Self, Failure> {
        Self::default().scopes_or(variables)?.key_or(variables)
    }

    /// What was not given, from the variables. Flags that belong to one way to get a token keep away the
    /// variables of the other.
    pub(crate) fn or_variables(mut self, variables: &Variables) -> Result<Self, Failure> {
        if !self.client_id
            && let Some(id) = first(variables, variables::CLIENT_ID)?
        {
            self.given = self.given.client_id(id);
        }
        if !self.client_secret
            && let Some(secret) = client_secret(variables)?
        {
            self.given = self.given.client_secret(secret);
        }
        if !self.organization_id
            && let Some(id) = first(variables, variables::ORG_ID)?
        {
            self.given = self.given.organization_id(id);
        }
        if !self.technical_account_id
            && let Some(id) = first(variables, variables::TECHNICAL_ACCOUNT_ID)?
        {
            self.given = self.given.technical_account_id(id);
        }
        let signs = self.metascopes || self.private_key;
        let fields = match self.scopes || self.proof.is_some() {
            true => self,
            false => self.key_or(variables)?,
        };
        match signs {
            true => Ok(fields),
            false => fields.scopes_or(variables),
        }
    }

    fn scopes_or(mut self, variables: &Variables) -> Result<Self, Failure> {
        if !self.scopes
            && let Some(scopes) = variables.text(variables::SCOPES)?
        {
            self.given = self.given.scopes(scopes);
        }
        Ok(self)
    }

    fn key_or(mut self, variables: &Variables) -> Result<Self, Failure> {
        if !self.metascopes
            && let Some(metascopes) = variables.text(variables::METASCOPES)?
        {
            self.given = self.given.metascopes(metascopes);
        }
        if self.private_key {
            return Ok(self);
        }
        if let Some(key) = variables.text(variables::PRIVATE_KEY)? {
            self.given = self.given.private_key(key);
            return Ok(self);
        }
        let [file, imsclis] = variables::PRIVATE_KEY_FILE;
        // imscli means a file; the key itself is understood as well.
        let key = variables.text(imsclis)?.map(Secret::new);
        if let Some(path) = variables.os(file) {
            self.given = self.given.private_key_file(&input::read(path.as_ref())?);
        } else if let Some(key) = key {
            self.given = match input::may_be_a_path(key.expose()) {
                true => {
                    let content = input::read(key.expose().as_ref())?;
                    self.given.private_key_file(&content)
                }
                false => self.given.private_key(key),
            };
        }
        Ok(self)
    }

    /// The credentials that these make; `beside` may say where to ask.
    pub(crate) fn credentials(
        &self,
        environment: Option<Environment>,
    ) -> Result<Credentials, Failure> {
        let fields = match environment {
            Some(environment) => self.given.clone().environment(environment),
            None => self.given.clone(),
        };
        let Some(proof) = &self.proof else {
            return Ok(fields.credentials(names())?);
        };
        let (client, scopes) = (fields.client(names())?, fields.asked_scopes());
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

pub(crate) fn names() -> FieldNames {
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

/// The first of these that is set.
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

/// Where the client secret is.
pub(crate) enum SecretLocation {
    File(PathBuf),
    Variable(&'static str),
}

impl SecretLocation {
    /// The file that a flag names, or else what the variables say; imscli's comes last.
    pub(crate) fn of(flag: Option<&Path>, variables: &Variables) -> Option<Self> {
        let [own, imsclis] = variables::CLIENT_SECRET;
        let file = || variables.os(variables::CLIENT_SECRET_FILE);
        match flag {
            Some(path) => Some(Self::File(path.to_owned())),
            None if variables.has(own) => Some(Self::Variable(own)),
            None => match file() {
                Some(path) => Some(Self::File(path.into())),
                None if variables.has(imsclis) => Some(Self::Variable(imsclis)),
                None => None,
            },
        }
    }

    pub(crate) fn read(&self, variables: &Variables) -> Result<Secret, Failure> {
        match self {
            Self::File(path) => input::client_secret(path),
            Self::Variable(name) => Ok(Secret::new(variables.text(name)?.unwrap_or_default())),
        }
    }

    /// For a configuration; `None` for stdin, which nobody can come back to.
    pub(crate) fn reference(&self) -> Option<SecretReference> {
        match self {
            Self::File(path) if path.as_os_str() == "-" => None,
            Self::File(path) => Some(SecretReference::File(absolute(path).ok()?)),
            Self::Variable(name) => Some(SecretReference::Variable((*name).to_owned())),
        }
    }
}
