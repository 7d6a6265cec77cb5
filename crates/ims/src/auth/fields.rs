//! Credentials in fields: from flags, from the variables of this command, and from those of imscli.

use std::path::{Path, PathBuf, absolute};

use adobe_ims::api::TokenType;
use adobe_ims::credentials::{CredentialFields, CredentialVariables, FieldNames};
use adobe_ims::credentials::{DeviceCredentials, PermanentCode};
use adobe_ims::internal::value::ValueKind;
use adobe_ims::{Credentials, Environment, Secret};
use adobe_ims_config::SecretReference;

use super::token_argument;
use crate::args::CredentialFlags;
use crate::environment::input::NamedFile;
use crate::environment::{Variables, input, variables};
use crate::error::Failure;

const CLIENT_SECRET_FLAG: &str = "--client-secret-file";

/// Credentials in fields.
pub(crate) struct FieldValues {
    pub(crate) values: CredentialFields,
    proof: Option<Proof>,
    /// The files with a secret that other users of this machine can read.
    pub(crate) exposed: Vec<PathBuf>,
}

/// A proof of identity that is neither a client secret nor a key.
enum Proof {
    Code(Secret),
    Device(String, Secret),
}

impl FieldValues {
    /// Reads the fields of the command line.
    pub(crate) fn of_flags(flags: &CredentialFlags) -> Result<Self, Failure> {
        Builder::of_flags(flags)?.finish()
    }

    /// Reads the fields that a document may lack from the variables.
    pub(crate) fn of_variables(variables: &Variables) -> Result<Self, Failure> {
        let no_flags = CredentialFlags::default();
        let mut builder = Builder::default();
        builder.add_scopes(&no_flags, variables)?;
        builder.add_key(&no_flags, variables)?;
        builder.finish()
    }

    /// Reads the fields of the command line, and the others from the variables. Flags of one grant exclude the
    /// variables of another.
    pub(crate) fn of_flags_or_variables(
        flags: &CredentialFlags,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let mut builder = Builder::of_flags(flags)?;
        if flags.client_id.is_none()
            && let Some((name, id)) = first(variables, variables::CLIENT_ID)?
        {
            builder.client_id(name, &id);
        }
        if flags.client_secret_file.is_none()
            && let Some(location) = SecretLocation::of(None, variables)
        {
            builder.client_secret(&location, variables)?;
        }
        if flags.org.is_none()
            && let Some((name, id)) = first(variables, variables::ORG_ID)?
        {
            builder.organization_id(name, &id);
        }
        if flags.technical_account.is_none()
            && let Some((name, id)) = first(variables, variables::TECHNICAL_ACCOUNT_ID)?
        {
            builder.technical_account_id(name, &id);
        }
        if flags.scope.is_empty() && builder.proof.is_none() {
            builder.add_key(flags, variables)?;
        }
        if flags.metascope.is_empty() && flags.private_key_file.is_none() {
            builder.add_scopes(flags, variables)?;
        }
        builder.finish()
    }

    /// Reads a client alone: the place of its secret is known.
    pub(crate) fn of_client(
        (name, id): (&'static str, &str),
        secret: Option<&SecretLocation>,
        variables: &Variables,
    ) -> Result<Self, Failure> {
        let mut builder = Builder::default();
        builder.client_id(name, id);
        if let Some(location) = secret {
            builder.client_secret(location, variables)?;
        }
        builder.finish()
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

/// Collects fields, and the flag or variable that each came from.
struct Builder {
    values: CredentialFields,
    names: FieldNames,
    proof: Option<Proof>,
    exposed: Vec<PathBuf>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            values: CredentialFields::new(),
            names: field_names(),
            proof: None,
            exposed: Vec::new(),
        }
    }
}

impl Builder {
    fn of_flags(flags: &CredentialFlags) -> Result<Self, Failure> {
        let mut builder = Self::default();
        if let Some(id) = &flags.client_id {
            builder.client_id("--client-id", id);
        }
        if let Some(path) = &flags.client_secret_file {
            let location = SecretLocation::File(CLIENT_SECRET_FLAG, path.clone());
            builder.client_secret(&location, &Variables)?;
        }
        if let Some(id) = &flags.org {
            builder.organization_id("--org", id);
        }
        if let Some(id) = &flags.technical_account {
            builder.technical_account_id("--technical-account", id);
        }
        if let Some(path) = &flags.private_key_file {
            builder.private_key_file("--private-key-file", path)?;
        }
        if !flags.scope.is_empty() {
            builder.scopes("--scope", &flags.scope);
        }
        if !flags.metascope.is_empty() {
            builder.metascopes("--metascope", &flags.metascope);
        }
        builder.add_proof(flags)?;
        Ok(builder)
    }

    fn client_id(&mut self, name: &'static str, id: &str) {
        self.names.client_id = name;
        self.change(|values| values.client_id(id));
    }

    fn client_secret(
        &mut self,
        location: &SecretLocation,
        variables: &Variables,
    ) -> Result<(), Failure> {
        self.names.client_secret = location.name();
        let (secret, exposed) = location.read(variables)?;
        self.exposed.extend(exposed);
        self.change(|values| values.client_secret(secret));
        Ok(())
    }

    fn organization_id(&mut self, name: &'static str, id: &str) {
        self.names.organization_id = name;
        self.change(|values| values.organization_id(id));
    }

    fn technical_account_id(&mut self, name: &'static str, id: &str) {
        self.names.technical_account_id = name;
        self.change(|values| values.technical_account_id(id));
    }

    fn scopes(&mut self, name: &'static str, scopes: &[String]) {
        self.names.scopes = name;
        self.change(|values| scopes.iter().fold(values, CredentialFields::scopes));
    }

    fn metascopes(&mut self, name: &'static str, metascopes: &[String]) {
        self.names.metascopes = name;
        self.change(|values| metascopes.iter().fold(values, CredentialFields::metascopes));
    }

    fn private_key(&mut self, name: &'static str, key: String) {
        self.names.private_key = name;
        self.change(|values| values.private_key(key));
    }

    fn private_key_file(&mut self, name: &'static str, path: &Path) -> Result<(), Failure> {
        self.names.private_key = name;
        let content = NamedFile::new(name, path).read()?;
        self.exposed.extend(content.exposed);
        self.change(|values| values.private_key_file(&content.bytes));
        Ok(())
    }

    fn add_proof(&mut self, flags: &CredentialFlags) -> Result<(), Failure> {
        let mut token = |kind, name, path: &PathBuf| {
            let token = token_argument::read_kind(kind, NamedFile::new(name, path))?;
            self.exposed.extend(token.exposed);
            Ok::<_, Failure>(token.secret)
        };
        if let (Some(id), Some(path)) = (&flags.device_id, &flags.device_token_file) {
            let token = token(TokenType::Device, "--device-token-file", path)?;
            let id = token_argument::checked(ValueKind::DeviceId, "--device-id", id)?;
            self.proof = Some(Proof::Device(id.expose().to_owned(), token));
        } else if let Some(path) = &flags.code_file {
            let code = token(TokenType::AuthorizationCode, "--code-file", path)?;
            self.proof = Some(Proof::Code(code));
        }
        Ok(())
    }

    /// Adds the scopes of the variable, unless a flag names scopes.
    fn add_scopes(
        &mut self,
        flags: &CredentialFlags,
        variables: &Variables,
    ) -> Result<(), Failure> {
        if flags.scope.is_empty()
            && let Some(scopes) = variables.text(variables::SCOPES)?
        {
            self.scopes(variables::SCOPES, &[scopes]);
        }
        Ok(())
    }

    /// Adds the metascopes and the private key of the variables, unless flags name them.
    fn add_key(&mut self, flags: &CredentialFlags, variables: &Variables) -> Result<(), Failure> {
        if flags.metascope.is_empty()
            && let Some(metascopes) = variables.text(variables::METASCOPES)?
        {
            self.metascopes(variables::METASCOPES, &[metascopes]);
        }
        if flags.private_key_file.is_some() {
            return Ok(());
        }
        if let Some(key) = variables.text(variables::PRIVATE_KEY)? {
            self.private_key(variables::PRIVATE_KEY, key);
            return Ok(());
        }
        let [file, imscli] = variables::PRIVATE_KEY_FILE;
        let key = variables.text(imscli)?.map(Secret::new);
        if let Some(path) = variables.os(file) {
            return self.private_key_file(file, path.as_ref());
        }
        // imscli means a file; this command accepts the key itself, too.
        match key {
            None => {}
            Some(key) if input::may_be_a_path(key.expose()) => {
                self.private_key_file(imscli, key.expose().as_ref())?;
            }
            Some(key) => self.private_key(imscli, key.expose().to_owned()),
        }
        Ok(())
    }

    fn change(&mut self, change: impl FnOnce(CredentialFields) -> CredentialFields) {
        self.values = change(std::mem::take(&mut self.values));
    }

    /// Returns the fields, unless one of them cannot be right.
    fn finish(self) -> Result<FieldValues, Failure> {
        self.values.check(&self.names)?;
        Ok(FieldValues {
            values: self.values,
            proof: self.proof,
            exposed: self.exposed,
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

/// Returns the first variable that is set, and its value.
pub(crate) fn first(
    variables: &Variables,
    names: [&'static str; 2],
) -> Result<Option<(&'static str, String)>, Failure> {
    for name in names {
        if let Some(text) = variables.text(name)? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

/// The place of the client secret.
pub(crate) enum SecretLocation {
    /// A file, and the flag or variable that names it.
    File(&'static str, PathBuf),
    Variable(&'static str),
}

impl SecretLocation {
    /// Finds the file that the flag names, else a variable; imscli's variable comes last.
    pub(crate) fn of(flag: Option<&Path>, variables: &Variables) -> Option<Self> {
        let [own, imscli] = variables::CLIENT_SECRET;
        if let Some(path) = flag {
            Some(Self::File(CLIENT_SECRET_FLAG, path.to_owned()))
        } else if variables.has(own) {
            Some(Self::Variable(own))
        } else if let Some(path) = variables.os(variables::CLIENT_SECRET_FILE) {
            Some(Self::File(variables::CLIENT_SECRET_FILE, path.into()))
        } else {
            variables.has(imscli).then_some(Self::Variable(imscli))
        }
    }

    /// Returns the flag or variable that names or holds the secret.
    fn name(&self) -> &'static str {
        match self {
            Self::File(name, _) | Self::Variable(name) => name,
        }
    }

    /// Returns the secret, and its file if other users can read it.
    fn read(&self, variables: &Variables) -> Result<(Secret, Option<PathBuf>), Failure> {
        match self {
            Self::File(name, path) => NamedFile::new(name, path).client_secret(),
            Self::Variable(name) => {
                let secret = variables.text(name)?.unwrap_or_default();
                Ok((Secret::new(secret), None))
            }
        }
    }

    /// Returns the reference for a configuration; `None` for stdin, which cannot be read again.
    pub(crate) fn reference(&self) -> Option<SecretReference> {
        match self {
            Self::File(_, path) if path.as_os_str() == "-" => None,
            Self::File(_, path) => Some(SecretReference::File(absolute(path).ok()?)),
            Self::Variable(name) => Some(SecretReference::Variable((*name).to_owned())),
        }
    }
}
