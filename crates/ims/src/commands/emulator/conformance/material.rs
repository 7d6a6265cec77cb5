//! From the parts of a request to its bytes: credentials, assertions, and what is made up.

use std::time::SystemTime;

use adobe_ims::crypto::{Crypto, KeyContext, SigningKey};
use adobe_ims::internal::{client_secrets_of, time};
use adobe_ims::transport::Body;
use adobe_ims::{Credentials, Environment, Secret};
use adobe_ims_emulator::fidelity;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};

use super::request::{AssertionKind, Flow, Probe, Target, Template, Value};
use super::token_facts::TokenFacts;
use crate::error::Failure;

// What is made up has the form of what it stands for, and is nobody's.
const CLIENT: &str = "ims-conformance-made-up-client";
const SECRET: &str = "ims-conformance-made-up-secret";
const SCOPE: &str = "ims_conformance_made_up_scope";
const METASCOPE: &str = "ent_ims_conformance_made_up_sdk";

/// The time between `exp` of an expired assertion and now. It is longer than any skew.
const EXPIRED_SECONDS: u64 = 3600;
const LIFETIME_SECONDS: u64 = 300;

/// The place of the certificates of Adobe's environments (used by a published client).
const CERTIFICATES_OF_ADOBE: &str = "https://static.adobelogin.com";

/// Everything that requests are made of.
pub(super) struct Material<'a> {
    pub(super) flow: Flow,
    pub(super) environment: &'a Environment,
    pub(super) client_id: &'a str,
    pub(super) secret: &'a Secret,
    pub(super) tokens_path: &'static str,
    scopes: &'a [String],
    account: Option<Account<'a>>,
    now: SystemTime,
}

/// The technical account that signs assertions.
struct Account<'a> {
    organization_id: &'a str,
    id: &'a str,
    metascopes: &'a [String],
    key: SigningKey,
    foreign_key: SigningKey,
}

impl<'a> Material<'a> {
    /// Takes the parts of credentials. `open_key` reads the private key of a technical account.
    pub(super) fn new(
        credentials: &'a Credentials,
        token_path: &'static str,
        now: SystemTime,
        open_key: impl FnOnce() -> Result<SigningKey, Failure>,
    ) -> Result<Self, Failure> {
        let secret = client_secrets_of(credentials).first();
        let (flow, environment, client_id, scopes, account) = match credentials {
            Credentials::Service(service) => {
                let account = Account {
                    organization_id: service.organization_id(),
                    id: service.technical_account_id(),
                    metascopes: service.metascopes(),
                    key: open_key()?,
                    foreign_key: foreign_key()?,
                };
                let environment = service.environment();
                let client_id = service.client_id();
                (Flow::Jwt, environment, client_id, &[][..], Some(account))
            }
            Credentials::OauthServerToServer(oauth) => {
                let environment = oauth.environment();
                let client_id = oauth.client_id();
                (Flow::Oauth, environment, client_id, oauth.scopes(), None)
            }
            _ => return Err(unsuitable()),
        };
        Ok(Self {
            flow,
            environment,
            client_id,
            secret: secret.ok_or_else(unsuitable)?,
            tokens_path: match flow {
                Flow::Jwt => "/ims/exchange/jwt",
                Flow::Oauth => token_path,
            },
            scopes,
            account,
            now,
        })
    }

    /// Returns the metascopes of the technical account.
    pub(super) fn metascopes(&self) -> &'a [String] {
        self.account.as_ref().map_or(&[], |it| it.metascopes)
    }

    /// Returns the URL of a target as it is shown before a token is known.
    pub(super) fn url(&self, target: Target) -> String {
        match target {
            Target::Path(path) => format!("{}{path}", self.environment.base_url()),
            Target::Tokens => format!("{}{}", self.environment.base_url(), self.tokens_path),
            Target::KeyCertificate => format!("{}…", self.certificate_folder()),
        }
    }

    fn certificate_folder(&self) -> String {
        let (base, folder) = if *self.environment == Environment::production() {
            (CERTIFICATES_OF_ADOBE, "prod")
        } else if self.environment.is_adobe() {
            (CERTIFICATES_OF_ADOBE, "nonprod")
        } else {
            (self.environment.base_url(), "prod")
        };
        format!("{base}/keys/{folder}/")
    }

    /// Makes a request. Returns `None` if it needs a token, or the name of a key, and there is none.
    pub(super) fn request(
        &self,
        probe: Probe,
        token: Option<&TokenFacts>,
    ) -> Result<Option<Request<Body>>, Failure> {
        let template = probe.template(self.flow);
        let url = match template.target {
            Target::KeyCertificate => match token.and_then(TokenFacts::certificate_file) {
                Some(file) => format!("{}{file}", self.certificate_folder()),
                None => return Ok(None),
            },
            target => self.url(target),
        };
        if probe.needs_token() && token.is_none() {
            return Ok(None);
        }
        self.build(&template, &url, token).map(Some)
    }

    fn build(
        &self,
        template: &Template,
        url: &str,
        token: Option<&TokenFacts>,
    ) -> Result<Request<Body>, Failure> {
        let mut request = Request::builder().uri(url).header(ACCEPT, "*/*");
        if let Some(bearer) = template.bearer {
            let token = self.value(bearer, token)?;
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let request = if template.is_post {
            let body = self.form(&template.fields, token)?;
            request
                .method(Method::POST)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body))
        } else {
            request.body(Body::default())
        };
        request.map_err(|_| Failure::unexpected("a request of the suite cannot be written"))
    }

    fn form(
        &self,
        fields: &[(&'static str, Value)],
        token: Option<&TokenFacts>,
    ) -> Result<Vec<u8>, Failure> {
        let pairs = fields.iter().map(|(name, value)| {
            let value = self.value(*value, token)?;
            let value = utf8_percent_encode(value.expose(), NON_ALPHANUMERIC);
            Ok(format!("{name}={value}"))
        });
        let pairs = pairs.collect::<Result<Vec<_>, Failure>>()?;
        Ok(pairs.join("&").into_bytes())
    }

    fn value(&self, value: Value, token: Option<&TokenFacts>) -> Result<Secret, Failure> {
        Ok(match value {
            Value::Text(text) => Secret::new(text),
            Value::ClientId => Secret::new(self.client_id),
            Value::Secret => self.secret.clone(),
            Value::Scopes => Secret::new(self.scopes.join(",")),
            Value::Assertion(kind) => self.assertion(kind)?,
            Value::Token => match token {
                Some(token) => token.token.clone(),
                None => return Err(Failure::unexpected("the suite has no token")),
            },
            Value::MadeUpClient => Secret::new(CLIENT),
            Value::MadeUpSecret => Secret::new(SECRET),
            Value::MadeUpScope => Secret::new(SCOPE),
            Value::MadeUpToken => made_up_token(),
        })
    }

    fn assertion(&self, kind: AssertionKind) -> Result<Secret, Failure> {
        let account = self.account.as_ref();
        let account = account.ok_or_else(|| Failure::unexpected("nobody signs assertions"))?;
        if kind == AssertionKind::Malformed {
            return Ok(Secret::new("made-up.assertion"));
        }
        let key = match kind {
            AssertionKind::ForeignKey => &account.foreign_key,
            _ => &account.key,
        };
        let claims = self.claims(account, kind);
        sign(&claims, key)
    }

    /// Returns the claims of an assertion that is right but for this point.
    fn claims(&self, account: &Account<'_>, kind: AssertionKind) -> Json {
        let other_environment = if *self.environment == Environment::stage() {
            Environment::production()
        } else {
            Environment::stage()
        };
        let now = time::unix_seconds(self.now);
        let environment = match kind {
            AssertionKind::OtherEnvironment => &other_environment,
            _ => self.environment,
        };
        let client = match kind {
            AssertionKind::OtherClient => CLIENT,
            _ => self.client_id,
        };
        let exp = match kind {
            AssertionKind::Expired => json!(now.saturating_sub(EXPIRED_SECONDS)),
            AssertionKind::TextExpiry => json!((now + LIFETIME_SECONDS).to_string()),
            _ => json!(now + LIFETIME_SECONDS),
        };
        let mut claims = Map::new();
        claims.insert("exp".to_owned(), exp);
        claims.insert("iss".to_owned(), json!(account.organization_id));
        claims.insert("sub".to_owned(), json!(account.id));
        claims.insert("aud".to_owned(), json!(environment.audience(client)));
        let made_up = [METASCOPE.to_owned()];
        let metascopes = match kind {
            AssertionKind::UnknownMetascope => &made_up,
            _ => account.metascopes,
        };
        for metascope in metascopes {
            claims.insert(self.environment.metascope_claim(metascope), json!(true));
        }
        Json::Object(claims)
    }
}

fn foreign_key() -> Result<SigningKey, Failure> {
    let pem = fidelity::foreign_key_pem().as_bytes();
    Ok(SigningKey::read(
        pem,
        &KeyContext::default(),
        &Crypto::ring(),
    )?)
}

fn sign(claims: &Json, key: &SigningKey) -> Result<Secret, Failure> {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = part(r#"{"alg":"RS256","typ":"JWT"}"#);
    let signed = format!("{header}.{}", part(&claims.to_string()));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())?);
    Ok(Secret::new(format!("{signed}.{signature}")))
}

/// Returns a text in the form of an access token that nobody issued.
fn made_up_token() -> Secret {
    let part = |value: Json| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({"alg": "RS256", "kid": "ims-conformance-made-up-key"}));
    let claims = part(json!({
        "id": "made-up",
        "type": "access_token",
        "client_id": CLIENT,
        "created_at": "1600000000000",
        "expires_in": "86400000",
    }));
    let signature = URL_SAFE_NO_PAD.encode([0; 256]);
    Secret::new(format!("{header}.{claims}.{signature}"))
}

fn unsuitable() -> Failure {
    let message = "the suite needs the credentials of a technical account or of OAuth server-to-server, with a client secret";
    Failure::usage(message).with_hint("name a document of one of Adobe's consoles with -c FILE")
}
