//! `ims demo`: all steps on the embedded emulator. Every line reports something that was done and checked just before.

use adobe_ims::assertion::{Assertion, AssertionOptions, TechnicalAccount};
use adobe_ims::credentials::ServiceCredentials;
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::{KeyContext, SigningKey};
use adobe_ims::internal::time;
use adobe_ims::source::StaticTokenSource;
use adobe_ims::token::inspect::Inspection;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{
    AccessToken, Credentials, Environment, HttpTransport, ImsClient, Problem, Secret, TokenProvider,
};
use adobe_ims_emulator::{Account, Emulator, document_text};
use aem_forms::options::PdfOptions;
use aem_forms::{Document, FormsClient, Generation};
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};

use crate::context::Context;
use crate::error::Failure;

const AEM_PATH: &str = "/content/dam.json";

const TEMPLATE: &str = include_str!("letter.xdp");
const DATA: &str = include_str!("letter.xml");
/// In bytes.
const MAX_LETTER: usize = 1024 * 1024;

pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    context.wait(tell(context))?
}

async fn tell(context: &Context) -> Result<(), Failure> {
    let emulator = Emulator::builder()
        .tls(true)
        .start()
        .map_err(|error| Failure::unexpected(format!("the emulator cannot start: {error}")))?;
    let stage = Stage::new(&emulator, context)?;
    context.console.result(&format!(
        "A local IMS and a local AEM listen on {} (TLS, with a CA created for this run).\n\
         Nothing leaves this machine, and no Adobe account is needed.\n",
        emulator.url()
    ))?;
    let account = stage.read_credentials()?;
    let assertion = stage.sign(&account)?;
    let token = stage.exchange(&assertion).await?;
    stage.call_aem(&token).await?;
    stage.generate_letter(&account, &token).await?;
    stage.fail_with_foreign_key().await?;
    context.console.result(
        "Done: every step above was carried out and checked.\n\
         With your own file:  ims token -c service_token.json",
    )
}

struct Stage<'a> {
    emulator: &'a Emulator,
    context: &'a Context,
    transport: HttpTransport,
    ims: ImsClient,
}

impl<'a> Stage<'a> {
    fn new(emulator: &'a Emulator, context: &'a Context) -> Result<Self, Failure> {
        let ca = emulator.ca_pem().unwrap_or_default();
        let transport = HttpTransport::builder(Crypto::ring())
            .extra_ca("of the emulator", ca)
            .build()?;
        Ok(Self {
            emulator,
            context,
            ims: ImsClient::new(transport.clone()),
            transport,
        })
    }

    fn read_credentials(&self) -> Result<TechnicalAccount, Failure> {
        let credentials = self.service_credentials(&self.emulator.credentials_json())?;
        let crypto = Crypto::ring();
        let account = TechnicalAccount::open(&credentials, &KeyContext::default(), &crypto)?;
        let credentials = account.credentials();
        let until = credentials.certificate_expires_at().map(time::display);
        self.step(
            "1. Credentials",
            &[
                "AEM service credentials, as the AEM Developer Console hands them out, were read:",
                &format!("  client             {}", credentials.client_id()),
                &format!(
                    "  technical account  {}",
                    credentials.technical_account_id()
                ),
                &format!("  organisation       {}", credentials.organization_id()),
                &format!(
                    "  metascopes         {}",
                    credentials.metascopes().join(", ")
                ),
                &format!(
                    "  private key        RSA, {} bits; it belongs to the certificate",
                    account.key().public_key().bits()
                ),
                &format!("  certificate until  {}", until.unwrap_or_default()),
            ],
        )?;
        Ok(account)
    }

    fn sign<'t>(&self, account: &'t TechnicalAccount) -> Result<Assertion<'t>, Failure> {
        let now = self.context.now();
        let assertion = Assertion::sign(account, now, &AssertionOptions::default())?;
        let inspection = Inspection::parse(assertion.as_secret().expose(), now)?;
        expect(inspection.findings.is_empty(), "the assertion has flaws")?;
        let left = assertion
            .expires_at()
            .duration_since(now)
            .unwrap_or_default();
        self.step(
            "2. Assertion",
            &[
                "A JWT was built and signed with RS256; it is valid for a few minutes only:",
                &format!("  iss  {}", inspection.text("iss").unwrap_or_default()),
                &format!("  sub  {}", inspection.text("sub").unwrap_or_default()),
                &format!("  aud  {}", inspection.text("aud").unwrap_or_default()),
                &format!("  exp  in {}", time::human(left)),
                &format!(
                    "  and {}: true",
                    account
                        .credentials()
                        .environment()
                        .metascope_claim(&account.credentials().metascopes()[0])
                ),
            ],
        )?;
        Ok(assertion)
    }

    async fn exchange(&self, assertion: &Assertion<'_>) -> Result<AccessToken, Failure> {
        let exchanged = self.ims.exchange_jwt(assertion).await?;
        let now = self.context.now();
        let left = exchanged.token.remaining(now).unwrap_or_default();
        expect(!left.is_zero(), "the token is not valid")?;
        let raw = exchanged.raw_expires_in.unwrap_or_default();
        self.step(
            "3. Exchange",
            &[
                &format!("POST {} answered {}:", exchanged.server.endpoint, exchanged.server.status),
                "  the emulator had checked client, secret, expiry, audience, signature and metascopes",
                &format!("  access_token  a bearer token, {} characters", exchanged.token.as_secret().expose().len()),
                &format!("  expires_in    {raw}: milliseconds here, so it lives {}", time::human(left)),
            ],
        )?;
        Ok(exchanged.token)
    }

    async fn call_aem(&self, token: &AccessToken) -> Result<(), Failure> {
        let without = self.get_aem(None).await?;
        expect(
            without == StatusCode::UNAUTHORIZED,
            "AEM accepted a request without a token",
        )?;
        let with = self.get_aem(Some(token)).await?;
        expect(with == StatusCode::OK, "AEM does not accept the account")?;
        self.step(
            "4. AEM",
            &[
                &format!("GET {}{AEM_PATH}", self.emulator.url()),
                &format!("  without a token  {without}"),
                &format!("  with the token   {with}: AEM created a user for the account; a new user may read"),
            ],
        )
    }

    /// Merges a template with data, as AEM Forms does, and shows the text of the document. Forms is
    /// closed to the account until it is in the group `forms-users`.
    async fn generate_letter(
        &self,
        account: &TechnicalAccount,
        token: &AccessToken,
    ) -> Result<(), Failure> {
        let provider = TokenProvider::new(StaticTokenSource::new(token.clone()));
        let client = FormsClient::builder(self.emulator.url());
        let client = client.build(provider, self.transport.clone())?;
        let template = Document::bytes("letter.xdp", TEMPLATE);
        let request = Generation::pdf(template, PdfOptions::new());
        let request = request.data(Document::bytes("letter.xml", DATA));
        let refused = client.generate(&request).await.err();
        let refused = refused.ok_or_else(|| Failure::unexpected("Forms asked for no rights"))?;
        let cause = refused.cause().id();
        expect(
            cause == "aem-not-in-forms-users",
            "another refusal of Forms was expected",
        )?;
        let technical_account = account.credentials().technical_account_id();
        expect(
            self.emulator.grant_aem_rights(technical_account),
            "the rights could not be given",
        )?;
        let mut letter = client.generate(&request).await?;
        let pdf = letter.bytes(MAX_LETTER).await?;
        let pages = document_text(&pdf);
        let pages = pages.ok_or_else(|| Failure::unexpected("the letter is no PDF"))?;
        let text: Vec<String> = pages.concat();
        expect(
            text.iter().any(|line| line == "Sarah Rose"),
            "the letter lacks a value of the data",
        )?;
        let mut lines = vec![
            format!("POST {}{}", self.emulator.url(), request.path()),
            format!("  with the token            403 Forbidden [{cause}]"),
            format!(
                "  as member of forms-users  200 OK, a PDF of {} bytes. Its text:",
                pdf.len()
            ),
        ];
        lines.extend(text.iter().map(|line| format!("    {line}")));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.step("5. A document", &lines)
    }

    /// Shows the failures of credentials with a key that IMS does not know.
    async fn fail_with_foreign_key(&self) -> Result<(), Failure> {
        let other = self
            .emulator
            .add_account(Account::new())
            .map_err(|error| Failure::unexpected(format!("no second account: {error}")))?;
        let foreign = self
            .emulator
            .credentials_json_of(other.client_id())
            .unwrap_or_default();
        let key = private_key(&foreign)?;
        let crypto = Crypto::ring();
        let key = SigningKey::read(key.expose().as_bytes(), &KeyContext::default(), &crypto)?;

        let mixed_up = self.service_credentials(&self.emulator.credentials_json())?;
        let caught = TechnicalAccount::new(mixed_up, key.clone()).err();
        let caught = caught.ok_or_else(|| Failure::unexpected("a foreign key was not noticed"))?;

        let unnoticed = without_certificate(&self.emulator.credentials_json())?;
        let unnoticed = TechnicalAccount::new(self.service_credentials(&unnoticed)?, key)?;
        let refused = self.ims.token(&unnoticed).await.err();
        let refused = refused.ok_or_else(|| Failure::unexpected("IMS accepted a foreign key"))?;
        expect(
            refused.problem() == Problem::SignatureNotBound,
            "another refusal was expected",
        )?;
        let advice = refused.hints().next().unwrap_or_default().to_owned();
        self.step(
            "6. A failure",
            &[
                "With the key of another account the request fails. Before anything is sent:",
                &format!(
                    "  [{}] {}",
                    caught.problem().id(),
                    caught.problem().meaning()
                ),
                "Without a certificate to compare, IMS refuses:",
                &format!("  [{}] {refused}", refused.problem().id()),
                &format!("  hint: {advice}"),
            ],
        )
    }

    fn service_credentials(&self, document: &str) -> Result<ServiceCredentials, Failure> {
        let environment = Environment::parse(self.emulator.url())?;
        match Credentials::parse_for(document.as_bytes(), environment)? {
            Credentials::Service(credentials) => Ok(credentials),
            _ => Err(Failure::unexpected(
                "the emulator wrote another kind of document",
            )),
        }
    }

    async fn get_aem(&self, token: Option<&AccessToken>) -> Result<StatusCode, Failure> {
        let mut request = Request::get(format!("{}{AEM_PATH}", self.emulator.url()));
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token.authorization());
        }
        let request = request
            .body(Body::default())
            .map_err(|error| Failure::unexpected(format!("no request: {error}")))?;
        Ok(self.transport.send(request).await?.status())
    }

    fn step(&self, title: &str, lines: &[&str]) -> Result<(), Failure> {
        let mut text = title.to_owned();
        for line in lines {
            text.push_str("\n   ");
            text.push_str(line);
        }
        text.push('\n');
        self.context.console.result(&text)
    }
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    holds
        .then_some(())
        .ok_or_else(|| Failure::unexpected(otherwise))
}

fn private_key(document: &str) -> Result<Secret, Failure> {
    let document: serde_json::Value = parse(document)?;
    let key = document["integration"]["privateKey"]
        .as_str()
        .unwrap_or_default();
    Ok(Secret::new(key))
}

fn without_certificate(document: &str) -> Result<String, Failure> {
    let mut document: serde_json::Value = parse(document)?;
    if let Some(integration) = document["integration"].as_object_mut() {
        integration.remove("publicKey");
        integration.remove("certificateExpirationDate");
    }
    Ok(document.to_string())
}

fn parse(document: &str) -> Result<serde_json::Value, Failure> {
    serde_json::from_str(document).map_err(|error| {
        Failure::unexpected(format!("the emulator's document is no JSON: {error}"))
    })
}
