//! A client that is written from the protocol, without code of the emulator.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adobe_ims_emulator::{Account, Clock, Emulator, EmulatorBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_SHA256, RsaEncoding};
use serde_json::{Value, json};

pub(crate) const NOW: u64 = 1_800_000_000;
pub(crate) const CLIENT_ID: &str = "client!+ID";
pub(crate) const SECRET: &str = "SECRET?%&=ü";
pub(crate) const AUDIENCE: &str = "https://ims-na1.adobelogin.com";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Returns an account whose id and secret need escapes in every encoding.
pub(crate) fn hostile_account() -> Account {
    Account::new().client_id(CLIENT_ID).client_secret(SECRET)
}

pub(crate) fn frozen_builder() -> EmulatorBuilder {
    Emulator::builder().clock(Clock::at(now())).seed(1)
}

pub(crate) fn emulator() -> Emulator {
    frozen_builder().account(hostile_account()).start().unwrap()
}

/// A client that signs assertions, read from a credential document.
pub(crate) struct AssertionSigner {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) id: String,
    pub(crate) org: String,
    key: KeyPair,
}

impl AssertionSigner {
    pub(crate) fn of(emulator: &Emulator) -> Self {
        Self::from_document(&emulator.credentials_json())
    }

    pub(crate) fn from_document(document: &str) -> Self {
        let document: Value = serde_json::from_str(document).unwrap();
        let integration = &document["integration"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            client_id: text(&integration["technicalAccount"]["clientId"]),
            client_secret: text(&integration["technicalAccount"]["clientSecret"]),
            id: text(&integration["id"]),
            org: text(&integration["org"]),
            key: KeyPair::from_der(&der(&text(&integration["privateKey"]))).unwrap(),
        }
    }

    /// Returns valid claims that expire 300 s after [`NOW`].
    pub(crate) fn claims(&self) -> Value {
        json!({
            "exp": NOW + 300,
            "iss": self.org,
            "sub": self.id,
            "aud": format!("{AUDIENCE}/c/{}", self.client_id),
            (format!("{AUDIENCE}/s/ent_aem_cloud_api")): true,
        })
    }

    /// Returns valid claims with one replaced, or removed if `value` is null.
    pub(crate) fn claims_with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        let object = claims.as_object_mut().unwrap();
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.to_owned(), value);
        }
        claims
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_text(r#"{"alg":"RS256","typ":"JWT"}"#, &claims.to_string())
    }

    pub(crate) fn sign_text(&self, header: &str, claims: &str) -> String {
        self.sign_with(&RSA_PKCS1_SHA256, header, claims)
    }

    pub(crate) fn sign_with(
        &self,
        padding: &'static dyn RsaEncoding,
        header: &str,
        claims: &str,
    ) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key
            .sign(padding, &random, signed.as_bytes(), &mut signature)
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(crate) fn form(&self, assertion: &str) -> String {
        form(&[
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("jwt_token", assertion),
        ])
    }

    /// Sends an assertion with these claims to the JWT exchange.
    pub(crate) fn exchange(&self, emulator: &Emulator, claims: &Value) -> TestResponse {
        post(
            emulator,
            "/ims/exchange/jwt",
            FORM,
            self.form(&self.sign(claims)),
        )
    }

    /// Returns a valid access token.
    pub(crate) fn token(&self, emulator: &Emulator) -> String {
        let now = emulator.clock().now().duration_since(UNIX_EPOCH).unwrap();
        let claims = self.claims_with("exp", json!(now.as_secs() + 300));
        let response = self.exchange(emulator, &claims);
        assert_eq!(response.status, 200, "{}", response.text);
        response.json["access_token"].as_str().unwrap().to_owned()
    }
}

/// A response with its body as text and JSON.
pub(crate) struct TestResponse {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl TestResponse {
    /// Checks the form of an error response, and returns status, error code and description.
    pub(crate) fn error(&self) -> (u16, &str, &str) {
        let text = |key: &str| {
            self.json[key]
                .as_str()
                .unwrap_or_else(|| panic!("{}", self.text))
        };
        assert!(
            self.text.starts_with(r#"{"error_description":"#),
            "{}",
            self.text
        );
        assert!(!self.text.contains('\n'), "{}", self.text);
        assert_eq!(
            self.headers["content-type"],
            "application/json;charset=UTF-8"
        );
        (self.status, text("error"), text("error_description"))
    }
}

impl From<Response<Bytes>> for TestResponse {
    fn from(response: Response<Bytes>) -> Self {
        let (head, body) = response.into_parts();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }
}

pub(crate) fn send(
    emulator: &Emulator,
    request: http::request::Builder,
    body: &[u8],
) -> TestResponse {
    let request = request.body(Bytes::copy_from_slice(body)).unwrap();
    emulator.respond(&request).into()
}

pub(crate) fn get(emulator: &Emulator, path: &str) -> TestResponse {
    send(emulator, Request::get(path), b"")
}

pub(crate) fn post(
    emulator: &Emulator,
    path: &str,
    content_type: &str,
    body: impl AsRef<[u8]>,
) -> TestResponse {
    let request = Request::post(path).header("content-type", content_type);
    send(emulator, request, body.as_ref())
}

/// Sends a request with a JSON body to the remote control, at a path below `/_emu/`.
pub(crate) fn control(emulator: &Emulator, method: &str, path: &str, body: &Value) -> TestResponse {
    let request = Request::builder()
        .method(method)
        .uri(format!("/_emu/{path}"));
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    send(emulator, request, body.as_bytes())
}

/// Returns a segment of a path.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

pub(crate) fn multipart(boundary: &str, last: &str, pairs: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in pairs {
        body.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    format!("{body}--{boundary}--{last}")
}

/// Returns header and claims of a JWS without verifying it.
pub(crate) fn decode(token: &str) -> (Value, Value) {
    let parts: Vec<Value> = token
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    (parts[0].clone(), parts[1].clone())
}

/// Returns the DER in a PEM text.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    STANDARD.decode(lines.collect::<String>()).unwrap()
}
