//! The readers of what people hand in.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use adobe_ims::credentials::{CredentialFields, CredentialVariables, DocumentOptions};
use adobe_ims::crypto::{Crypto, KeyContext, SigningKey};
use adobe_ims::provider::SourceOptions;
use adobe_ims::token::AccessToken;
use adobe_ims::token::inspect::{Inspection, find_token};
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{BoxFuture, Credentials, Environment, Error, ImsClient, Result, Secret};
use adobe_ims_config::system::{CommandOutcome, FileContent, SystemAccess};
use adobe_ims_config::{ConfigError, Configuration};
use http::{Request, Response};
use serde_json::json;

use crate::needles::Needles;
use crate::public_values::without_public_values;
use crate::valid::{PASSPHRASE, ValidInputs};

/// The fault of a reader.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) reader: &'static str,
    pub(crate) text: String,
}

/// The output of a reader about an input.
#[derive(Default)]
struct Answer {
    is_accepted: bool,
    texts: Vec<String>,
}

/// The readers, and what they must not show.
pub(crate) struct Readers {
    needles: Needles,
    crypto: Crypto,
    passphrase: Secret,
}

impl Readers {
    pub(crate) fn new() -> Self {
        Self {
            needles: Needles::new(&ValidInputs::new().secrets),
            crypto: Crypto::default(),
            passphrase: Secret::new(PASSPHRASE),
        }
    }

    /// Gives an input to every reader, and returns the texts that show a part of a secret.
    pub(crate) fn read(&self, input: &[u8]) -> Vec<Finding> {
        let answers = self.answers(input).into_iter();
        let texts = answers.flat_map(|(reader, answer)| {
            let texts = answer.texts.into_iter();
            texts.map(move |text| Finding { reader, text })
        });
        texts
            .filter(|finding| self.needles.shown_in(&without_public_values(&finding.text)))
            .collect()
    }

    /// Returns the readers that accept an input.
    pub(crate) fn accepted(&self, input: &[u8]) -> Vec<&'static str> {
        let answers = self.answers(input).into_iter();
        let accepted = answers.filter(|(_, answer)| answer.is_accepted);
        accepted.map(|(reader, _)| reader).collect()
    }

    fn answers(&self, input: &[u8]) -> Vec<(&'static str, Answer)> {
        let text = String::from_utf8_lossy(input);
        vec![
            ("document", self.read_document(input)),
            ("key", self.read_key(input)),
            ("variables", self.read_variables(&text)),
            ("configuration", read_configuration(&text)),
            ("token", read_token(&text)),
        ]
    }

    fn read_document(&self, input: &[u8]) -> Answer {
        let mut other_environment = DocumentOptions::default();
        other_environment.overrides = CredentialFields::new().environment(Environment::stage());
        let mut other_context = DocumentOptions::default();
        other_context.context = Some("two".to_owned());
        let mut answer = Answer::default();
        for options in [DocumentOptions::default(), other_environment, other_context] {
            answer.take(Credentials::parse_with(input, &options), |credentials| {
                self.source_of(&credentials)
            });
        }
        answer
    }

    /// Makes a source of tokens, which reads the private key.
    fn source_of(&self, credentials: &Credentials) -> Answer {
        let mut answer = Answer::default();
        let files = KeyContext::default().passphrase(&self.passphrase);
        let options = SourceOptions::new(self.crypto.clone()).key_context(&files);
        let source = credentials.source(ImsClient::new(NoNetwork), &options);
        answer.take(source, |_| Answer::accepted());
        if let Credentials::Service(service) = credentials
            && let Some(Err(error)) = service.certificate()
        {
            answer.texts.extend(texts_of(error));
        }
        answer
    }

    fn read_key(&self, input: &[u8]) -> Answer {
        let mut answer = Answer::default();
        for passphrase in [None, Some(&self.passphrase)] {
            // The context allows no files, so the library opens no path.
            let context = KeyContext::default().passphrase(passphrase);
            let key = SigningKey::read(input, &context, &self.crypto);
            answer.take(key, |key| {
                let mut answer = Answer::accepted();
                answer.take(key.sign(b"message"), |_| Answer::accepted());
                answer
            });
        }
        answer
    }

    fn read_variables(&self, text: &str) -> Answer {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        let in_one = [("IMS_OAUTH_S2S", text)];
        let mut answer = Answer::default();
        for variables in [
            CredentialVariables::collect(lines),
            CredentialVariables::collect(in_one),
        ] {
            answer.texts.push(format!("{variables:?}"));
            let credentials = variables.credentials(&DocumentOptions::default());
            answer.take(credentials, |credentials| match credentials {
                Some(credentials) => self.source_of(&credentials),
                None => Answer::default(),
            });
        }
        answer
    }
}

fn read_configuration(text: &str) -> Answer {
    let (file, home) = (Path::new("/etc/ims/config.toml"), Path::new("/home/person"));
    let mut answer = Answer::default();
    let configuration = match Configuration::parse(text, file, Some(home)) {
        Ok(configuration) => configuration,
        Err(error) => {
            answer.texts.extend(texts_of_configuration(&error));
            return answer;
        }
    };
    let unusable = configuration.unusable_profiles.iter();
    let errors = unusable.map(|profile| profile.error.clone());
    let errors = errors.chain(configuration.default_profile().err());
    answer
        .texts
        .extend(errors.flat_map(|error| texts_of_configuration(&error)));
    answer.is_accepted = !configuration.profiles.is_empty();
    for profile in &configuration.profiles {
        let errors = [
            profile.credentials(None, &NoSystem).err(),
            profile.oauth_client(None, &NoSystem).err(),
            profile.allowed_hosts().err(),
            profile.cache_id(&NoSystem).err(),
            profile
                .check_identity_service(&Environment::production())
                .err(),
        ];
        let errors = errors.iter().flatten();
        answer.texts.extend(errors.flat_map(texts_of_configuration));
    }
    answer
}

fn read_token(text: &str) -> Answer {
    let mut answer = Answer::default();
    answer.take(find_token(text), |token| {
        let mut answer = Answer::default();
        let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        answer.take(Inspection::parse(token.expose(), now), |inspection| {
            Answer {
                is_accepted: true,
                texts: inspection.findings,
            }
        });
        answer.take(AccessToken::new(token), |_| Answer::default());
        answer
    });
    answer
}

impl Answer {
    fn accepted() -> Self {
        Self {
            is_accepted: true,
            texts: Vec::new(),
        }
    }

    /// Takes the texts of an error, or what follows a success.
    fn take<T>(&mut self, result: Result<T>, then: impl FnOnce(T) -> Answer) {
        let more = match result {
            Ok(value) => then(value),
            Err(error) => Answer {
                is_accepted: false,
                texts: texts_of(&error),
            },
        };
        self.is_accepted |= more.is_accepted;
        self.texts.extend(more.texts);
    }
}

/// Returns all that a program may show of an error.
fn texts_of(error: &Error) -> Vec<String> {
    let hints: Vec<_> = error.hints().collect();
    let json = json!({"message": error.to_string(), "hints": hints});
    let mut texts = displayed(error);
    texts.extend([error.report().to_string(), json.to_string()]);
    texts
}

fn texts_of_configuration(error: &ConfigError) -> Vec<String> {
    let hints: Vec<_> = error.hints().collect();
    let json = json!({"message": error.to_string(), "hints": hints});
    let mut texts = displayed(error);
    texts.push(json.to_string());
    texts
}

fn displayed(error: &impl StdError) -> Vec<String> {
    let mut texts = vec![
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts
}

/// Nothing is sent.
#[derive(Debug)]
struct NoNetwork;

impl Transport for NoNetwork {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(async { Err(Error::custom("there is no network")) })
    }
}

/// A system without files, variables and programs.
struct NoSystem;

impl SystemAccess for NoSystem {
    fn variable(&self, _: &str) -> Option<OsString> {
        None
    }

    fn read(&self, _: &Path) -> io::Result<FileContent> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn run(&self, _: &[String], _: Duration) -> io::Result<CommandOutcome> {
        Err(io::ErrorKind::NotFound.into())
    }
}
