//! The smallest client of IMS: a TLS connection that trusts one CA, and one POST by hyper's bare
//! HTTP/1.1 client.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs1KeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::Result;

/// The path of the exchange.
pub const PATH: &str = "/ims/exchange/jwt";

/// Reads a PKCS#1 PEM file into a key of the crypto library.
///
/// # Errors
/// Fails when the bytes are not such a key.
pub fn bare_key(pem: &[u8]) -> Result<RsaKeyPair> {
    let der = PrivatePkcs1KeyDer::from_pem_slice(pem)?;
    let key = RsaKeyPair::from_der(der.secret_pkcs1_der());
    Ok(key.map_err(|rejected| rejected.to_string())?)
}

/// Signs the message with RS256 by the crypto library alone.
///
/// # Errors
/// Fails when the crypto library does not sign.
pub fn bare_sign(key: &RsaKeyPair, message: &[u8]) -> Result<Vec<u8>> {
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
        .map_err(|_| "ring does not sign")?;
    Ok(signature)
}

/// A kept-alive connection. It lives as long as the runtime that opened it.
#[derive(Debug)]
pub struct Connection {
    requests: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects to `https://ADDRESS:PORT`.
    ///
    /// # Errors
    /// Fails when no server listens there, or when its certificate is not from the CA.
    pub async fn open(url: &str, ca: CertificateDer<'static>) -> Result<Self> {
        let url: Uri = url.parse()?;
        let authority = url.authority().ok_or("the URL names no host")?;
        let mut roots = RootCertStore::empty();
        roots.add(ca)?;
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(authority.as_str()).await?;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from(authority.host().to_owned())?;
        let tls = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await?;
        let (requests, connection) = http1::handshake(TokioIo::new(tls)).await?;
        tokio::spawn(connection);
        Ok(Self {
            requests,
            host: authority.to_string(),
        })
    }

    /// Posts a form to the exchange and reads the whole response.
    ///
    /// # Errors
    /// Fails when the status of the response is not 200.
    pub async fn post(&mut self, form: Bytes) -> Result<Bytes> {
        let request = Request::post(PATH)
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(form))?;
        self.requests.ready().await?;
        let response = self.requests.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status != 200 {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }
}
