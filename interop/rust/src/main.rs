//! `interop-rust client-credentials basic|post ID SECRET SCOPES URL` and
//! `interop-rust sign-in ID SECRET|- REDIRECT_URI URL`.
//!
//! The first prints the token. The second prints the URL of the sign-in page, reads the URL to which the server
//! redirected the browser, and prints the tokens and claims. If IMS refuses a request, the client prints error and text to
//! stderr.

use std::error::Error;
use std::io::{BufRead as _, stdin};

use oauth2::basic::BasicClient;
use oauth2::http;
use oauth2::{AuthType, HttpRequest, HttpResponse, RequestTokenError, StandardErrorResponse};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _, TokenUrl,
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["client-credentials", method, id, secret, scopes, url] => {
            client_credentials(method, id, secret, scopes, url)
        }
        ["sign-in", id, secret, redirect_uri, url] => sign_in(id, secret, redirect_uri, url),
        _ => Err("usage: see the source".into()),
    };
    if let Err(error) = outcome {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

/// Sends a request. A refusal by the server is a response, not an error.
fn send(request: HttpRequest) -> Result<HttpResponse, Box<ureq::Error>> {
    let (parts, body) = request.into_parts();
    let agent = ureq::AgentBuilder::new().redirects(0).build();
    let mut sending = agent.request(parts.method.as_str(), &parts.uri.to_string());
    for (name, value) in &parts.headers {
        sending = sending.set(name.as_str(), value.to_str().unwrap_or_default());
    }
    let answer = match sending.send_bytes(&body) {
        Ok(answer) | Err(ureq::Error::Status(_, answer)) => answer,
        Err(error) => return Err(Box::new(error)),
    };
    let mut response = http::Response::builder().status(answer.status());
    for name in answer.headers_names() {
        response = response.header(&name, answer.header(&name).unwrap_or_default());
    }
    let body = answer
        .into_string()
        .map_err(|error| Box::new(error.into()))?;
    Ok(response
        .body(body.into_bytes())
        .expect("ureq gave a valid status and valid headers"))
}

fn client_credentials(method: &str, id: &str, secret: &str, scopes: &str, url: &str) -> Outcome {
    let client = BasicClient::new(ClientId::new(id.to_owned()))
        .set_client_secret(ClientSecret::new(secret.to_owned()))
        .set_auth_type(match method {
            "basic" => AuthType::BasicAuth,
            _ => AuthType::RequestBody,
        })
        .set_token_uri(TokenUrl::new(format!("{url}/ims/token/v3"))?);
    let scopes = scopes.split(',').map(|scope| Scope::new(scope.to_owned()));
    let response = client
        .exchange_client_credentials()
        .add_scopes(scopes)
        .request(&send)
        .map_err(refusal)?;
    let lifetime = response.expires_in().unwrap_or_default().as_secs();
    if !(86_300..=86_400).contains(&lifetime) {
        return Err(format!("expires_in {lifetime}").into());
    }
    println!("{}", response.access_token().secret());
    Ok(())
}

fn sign_in(id: &str, secret: &str, redirect_uri: &str, url: &str) -> Outcome {
    let metadata = CoreProviderMetadata::discover(&IssuerUrl::new(url.to_owned())?, &send)?;
    let secret = (secret != "-").then(|| ClientSecret::new(secret.to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id.to_owned()), secret)
        .set_redirect_uri(RedirectUrl::new(redirect_uri.to_owned())?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (authorize, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(["email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    println!("{authorize}");

    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    let redirect = oauth2::url::Url::parse(line.trim())?;
    let parameter = |name: &str| {
        let mut pairs = redirect.query_pairs();
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    if parameter("state").as_deref() != Some(state.secret()) {
        return Err("the state differs".into());
    }
    let code = parameter("code").ok_or_else(|| parameter("error").unwrap_or_default())?;
    let response = client
        .exchange_code(AuthorizationCode::new(code))?
        .set_pkce_verifier(verifier)
        .request(&send)
        .map_err(refusal)?;
    let id_token = response.id_token().ok_or("no id_token")?;
    let claims = id_token.claims(&client.id_token_verifier(), &nonce)?;
    println!("subject {}", claims.subject().as_str());
    let person = client.user_info(
        response.access_token().clone(),
        Some(claims.subject().clone()),
    )?;
    let person: CoreUserInfoClaims = person.request(&send)?;
    println!(
        "email {}",
        person.email().map_or("", |email| email.as_str())
    );
    let refresh_token = response.refresh_token().ok_or("no refresh_token")?;
    let refreshed = client
        .exchange_refresh_token(refresh_token)?
        .request(&send)
        .map_err(refusal)?;
    let rotated = refreshed.refresh_token().ok_or("no new refresh_token")?;
    if rotated.secret() == refresh_token.secret() {
        return Err("the refresh token was not rotated".into());
    }
    let again = client.exchange_refresh_token(refresh_token)?.request(&send);
    println!(
        "spent {}",
        again
            .map_err(refusal)
            .err()
            .ok_or("IMS accepted a refresh token twice")?
    );
    println!("token {}", refreshed.access_token().secret());
    Ok(())
}

/// Returns the error and the text of IMS, unchanged.
fn refusal<E, T>(error: RequestTokenError<E, StandardErrorResponse<T>>) -> Box<dyn Error>
where
    E: Error + 'static,
    T: oauth2::ErrorResponseType + std::fmt::Display + 'static,
{
    match error {
        RequestTokenError::ServerResponse(response) => response.to_string().into(),
        other => Box::new(other),
    }
}
