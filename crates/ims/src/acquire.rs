//! A valid access token, from the nearest place that has one.

use std::path::{Path, PathBuf};

use adobe_ims::{
    AccessToken, Clock, Credentials, Environment, Error, ImsClient, KeyContext, Problem, Secret,
    ServiceCredentials, SystemClock, TechnicalAccount, crypto, timestamp,
};
use adobe_ims_emulator::is_emulator_document;
use zeroize::Zeroizing;

use crate::arguments::Identity;
use crate::failure::{CREDENTIALS_MISSING, Failure};
use crate::output::Console;
use crate::variables::{self, Variables};
use crate::{input, network};

/// From here on a certificate is worth a word: Adobe mails from then on, too.
const CERTIFICATE_WARNING_DAYS: u64 = 30;

/// A token and where it is from.
pub(crate) struct Found {
    pub(crate) token: AccessToken,
    pub(crate) source: &'static str,
    pub(crate) environment: Option<String>,
    pub(crate) organization_id: Option<String>,
    pub(crate) client_id: Option<String>,
}

impl Found {
    fn ready(token: AccessToken) -> Self {
        Self {
            client_id: token.claims().and_then(|claims| claims.client_id.clone()),
            token,
            source: "ready",
            environment: None,
            organization_id: None,
        }
    }
}

/// Finds a token that has not expired.
pub(crate) fn acquire(
    arguments: &Identity,
    console: &Console,
    variables: &Variables,
) -> Result<Found, Failure> {
    let found = find(arguments, console, variables)?;
    if found.token.is_expired(SystemClock.now()) {
        let end = found.token.expires_at();
        let when = end.map(timestamp::shown).unwrap_or_default();
        let what = format!("the access token expired on {when}");
        return Err(Error::new(Problem::TokenExpired, what).into());
    }
    Ok(found)
}

fn find(arguments: &Identity, console: &Console, variables: &Variables) -> Result<Found, Failure> {
    if arguments.credentials.is_none()
        && let Some(token) = variables.text(variables::ACCESS_TOKEN)?
    {
        console.detail("the token is taken from IMS_ACCESS_TOKEN");
        let token = AccessToken::ready(Secret::new(token.trim()))?;
        return Ok(Found::ready(token));
    }
    let document = Document::find(arguments, variables)?;
    let url = match arguments.url.as_deref() {
        Some(url) => Some(url),
        None => variables.text(variables::URL)?,
    };
    let credentials = match url {
        Some(url) => Credentials::parse_for(&document.content, Environment::parse(url)?)?,
        None => Credentials::parse(&document.content)?,
    };
    match credentials {
        Credentials::AccessToken(token) => {
            console.detail("the document holds a token that is ready; IMS is not asked");
            Ok(Found::ready(token))
        }
        Credentials::Service(credentials) => {
            exchange(&credentials, &document, arguments, console, variables)
        }
        _ => Err(Failure::unexpected(
            "this kind of credentials is not handled",
        )),
    }
}

/// The credential document and where relative paths inside of it start.
struct Document {
    content: Zeroizing<Vec<u8>>,
    directory: PathBuf,
}

impl Document {
    fn find(arguments: &Identity, variables: &Variables) -> Result<Self, Failure> {
        let from_variable = variables.os(variables::CREDENTIALS);
        if arguments.credentials.is_none()
            && let Some(text) = from_variable.and_then(|value| value.to_str())
            && !input::may_be_a_path(text)
        {
            return Ok(Self {
                content: Zeroizing::new(text.as_bytes().to_vec()),
                directory: PathBuf::new(),
            });
        }
        let path = arguments
            .credentials
            .as_deref()
            .or_else(|| from_variable.map(Path::new))
            .ok_or_else(|| {
                Failure::configuration(CREDENTIALS_MISSING, "no credentials were named").with_hint(
                    "name the JSON that Adobe's console hands out: -c FILE, or IMS_CREDENTIALS",
                )
            })?;
        Ok(Self {
            content: input::read(path)?,
            directory: path.parent().map(Path::to_owned).unwrap_or_default(),
        })
    }
}

/// The emulator's documents name production unless told otherwise, which does not know them.
const EMULATED: &str = "this document was written by `ims emulator serve`: name that emulator with --url, and its CA with --ca-file";

fn exchange(
    credentials: &ServiceCredentials,
    document: &Document,
    arguments: &Identity,
    console: &Console,
    variables: &Variables,
) -> Result<Found, Failure> {
    let passphrase_file = arguments
        .passphrase_file
        .as_deref()
        .or_else(|| variables.os(variables::PASSPHRASE_FILE).map(Path::new));
    let passphrase = passphrase_file.map(input::passphrase).transpose()?;
    let mut context = KeyContext::with_files(&document.directory);
    context.passphrase = passphrase.as_ref();
    let account = TechnicalAccount::open(credentials, &context, &crypto::default_provider())?;
    mention_certificate(credentials, console);

    let transport = network::transport(&arguments.ca_file, arguments.timeout, variables)?;
    console.detail(&format!(
        "asking {} as client {:?} for {}",
        credentials.environment(),
        credentials.client_id(),
        credentials.metascopes().join(", "),
    ));
    let ims = ImsClient::new(transport);
    let exchanged = network::wait(ims.token(&account))?.map_err(|error| {
        let lost = *credentials.environment() == Environment::production()
            && is_emulator_document(&document.content);
        if lost {
            error.with_hint(EMULATED)
        } else {
            error
        }
    })?;
    console.detail(&format!(
        "IMS answered {}, expires_in {}, x-debug-id {}",
        exchanged.answer.status,
        exchanged.raw_expires_in.as_deref().unwrap_or("missing"),
        exchanged.answer.debug_id.as_deref().unwrap_or("none"),
    ));
    for notice in &exchanged.notices {
        console.notice(&notice.to_string());
    }
    Ok(Found {
        token: exchanged.token,
        source: "ims",
        environment: Some(credentials.environment().to_string()),
        organization_id: Some(credentials.organization_id().to_owned()),
        client_id: Some(credentials.client_id().to_owned()),
    })
}

fn mention_certificate(credentials: &ServiceCredentials, console: &Console) {
    match credentials.certificate() {
        Some(Err(error)) => console.notice(&format!(
            "publicKey was not compared with the private key: {error}"
        )),
        None => console.detail("the document has no certificate to compare the key with"),
        Some(Ok(_)) => {}
    }
    let Some(end) = credentials.certificate_expires_at() else {
        return;
    };
    match end.duration_since(SystemClock.now()) {
        Err(_) => console.notice(&format!(
            "the certificate of these credentials expired on {}; IMS will refuse unless another one is attached",
            timestamp::shown(end)
        )),
        Ok(left) if left.as_secs() < CERTIFICATE_WARNING_DAYS * 86_400 => console.notice(&format!(
            "the certificate of these credentials expires in {} ({}); add a new one in the AEM Developer Console",
            timestamp::human(left),
            timestamp::shown(end)
        )),
        Ok(_) => {}
    }
}
