//! A small client of AEM. The library caches and refreshes the token.

use adobe_ims::api::ImsClient;
use adobe_ims::crypto::Crypto;
use adobe_ims::http::{Request, Response, StatusCode, header::AUTHORIZATION};
use adobe_ims::provider::SourceOptions;
use adobe_ims::transport::{Body, HttpTransport, Transport as _};
use adobe_ims::{AccessToken, Credentials, Error, TokenProvider};

/// A client of AEM.
pub struct AemClient {
    base_url: String,
    tokens: TokenProvider,
    http: HttpTransport,
}

impl AemClient {
    /// Creates a client with these credentials. AEM is at `base_url`.
    pub fn new(credentials: &Credentials, base_url: &str) -> Result<Self, Error> {
        let crypto = Crypto::default();
        let http = HttpTransport::builder(crypto.clone()).build()?;
        let ims = ImsClient::new(http.clone());
        let source = credentials.source(ims, &SourceOptions::new(crypto))?;
        Ok(Self {
            base_url: base_url.to_owned(),
            tokens: TokenProvider::new(source),
            http,
        })
    }

    /// Returns the folder of all assets as JSON, and the status of the answer.
    pub async fn assets(&self) -> Result<(StatusCode, Vec<u8>), Error> {
        let token = self.tokens.token().await?;
        let mut response = self.get("/api/assets.json", &token).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            self.tokens.invalidate(&token);
            let token = self.tokens.token().await?;
            response = self.get("/api/assets.json", &token).await?;
        }
        Ok((response.status(), response.body().as_bytes().to_vec()))
    }

    async fn get(&self, path: &str, token: &AccessToken) -> Result<Response<Body>, Error> {
        let request = Request::get(format!("{}{path}", self.base_url))
            .header(AUTHORIZATION, token.authorization())
            .body(Body::default())
            .map_err(|error| Error::custom(error.to_string()))?;
        self.http.send(request).await
    }
}
