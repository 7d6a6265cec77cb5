//! The access of a request to AEM: its site, and its user.

use http::header::{ACCEPT, LOCATION};
use http::{HeaderValue, Method, Request, StatusCode};

use crate::aem::page;
use crate::aem::site::{Site, has_aem_host, requested_host, site};
use crate::aem_data::settings::BrowserLogin;
use crate::behaviour::{Area, Behaviour, source};
use crate::http::parameters::bearer_token;
use crate::http::response::{Response, with_content_type};
use crate::identities::aem_environment::AemEnvironment;
use crate::identities::aem_group::AemGroup;
use crate::identities::aem_tier::AemTier;
use crate::identities::aem_users::AemGroups;
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims::base_url::base_url;
use crate::ims::token::{InvalidToken, Token};
use crate::state::State;

/// The text of the 403 for a client that is not on the allow list (by reports of users).
const NOT_ALLOWLISTED: &str =
    "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.";

/// The sender of a request.
pub(crate) enum Caller {
    /// A visitor of publish, who sees public content.
    Anonymous,
    User(AemGroups),
}

/// A request that AEM lets in.
pub(crate) struct Visit {
    pub(crate) site: Site,
    pub(crate) caller: Caller,
}

impl Visit {
    /// Returns whether the request goes to author.
    pub(crate) fn is_author(&self) -> bool {
        self.site.tier == AemTier::Author
    }

    /// Checks that the user may do what a group may do.
    pub(crate) fn require(&self, group: AemGroup) -> Result<(), Response> {
        match &self.caller {
            Caller::Anonymous => Err(page::bare(StatusCode::UNAUTHORIZED)),
            Caller::User(groups) if groups.allow(group) => Ok(()),
            Caller::User(_) => Err(page::forbidden(group.name())),
        }
    }
}

/// The reason why AEM does not let a request in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No environment has the host name of the request.
    UnknownHost,
    /// The token is missing or not valid.
    Token,
    /// The client of the token is not on the allow list.
    NotAllowlisted,
}

impl Refusal {
    /// Returns the response of AEM's classic paths.
    pub(crate) fn into_response<B>(self, state: &State, http: &Request<B>) -> Response {
        match self {
            Self::UnknownHost => unknown_host(http),
            Self::NotAllowlisted => not_allowlisted(),
            Self::Token if is_page_request(http) && is_author(state, http) => login(state, http),
            // Observed: the 401 of an expired token has no body.
            Self::Token => page::bare(StatusCode::UNAUTHORIZED),
        }
    }
}

/// Lets a request in, or refuses it. AEM creates the user, a technical account or a person, at the
/// first call.
///
/// Author wants a valid token. Publish shows public content without one, and takes no notice of a
/// text that is no token; it refuses an expired token (inferred).
pub(crate) fn enter<B>(state: &State, http: &Request<B>) -> Result<Visit, Refusal> {
    let site = site(state, http).ok_or(Refusal::UnknownHost)?;
    let verified = bearer_token(http.headers())
        .ok_or(InvalidToken::Signature)
        .and_then(|token| Token::verify_access_token(state, token));
    let caller = match verified {
        Ok(token) => Caller::User(user(state, &token, site)?),
        Err(InvalidToken::Signature | InvalidToken::Type) if site.tier != AemTier::Author => {
            Caller::Anonymous
        }
        Err(_) => return Err(Refusal::Token),
    };
    Ok(Visit { site, caller })
}

/// Lets a request in like [`enter`], with the response to one that is refused.
pub(crate) fn visit<B>(state: &State, http: &Request<B>) -> Result<Visit, Response> {
    enter(state, http).map_err(|refusal| refusal.into_response(state, http))
}

/// Lets a request in that only author answers. The other tiers have nothing at such a path, because
/// their dispatcher blocks it (inferred).
pub(crate) fn visit_author<B>(state: &State, http: &Request<B>) -> Result<Visit, Response> {
    let visit = visit(state, http)?;
    if visit.is_author() {
        Ok(visit)
    } else {
        Err(page::not_found(http.uri().path()))
    }
}

/// Returns the groups of the user of a valid token.
fn user(state: &State, token: &Token, site: Site) -> Result<AemGroups, Refusal> {
    let directory = state.directory();
    let client = directory.client(&token.client_id).ok_or(Refusal::Token)?;
    let of_client = AemEnvironment::from_client_id(&client.id).unwrap_or(state.config.environment);
    if of_client != site.environment {
        return Err(Refusal::Token);
    }
    let own = client.user(&token.user_id);
    let is_technical = own.is_some();
    let email = match own {
        Some(user) => user.email,
        None => {
            let person = directory.people.by_user_id(&token.user_id);
            person.ok_or(Refusal::Token)?.email()
        }
    };
    if is_technical && needs_listing(client) && !is_listed(state, client, site) {
        return Err(Refusal::NotAllowlisted);
    }
    let now = state.config.clock.unix_millis();
    Ok(state.aem_users().record_call(&token.user_id, email, now))
}

/// Returns whether the allow list is for a client. It is for OAuth server-to-server.
///
/// Inferred for a client that may also exchange a JWT: it has access as before its migration,
/// because its tokens of both kinds are the same (documented by Adobe).
fn needs_listing(client: &Client) -> bool {
    client.is_allowed(GrantType::ClientCredentials) && !client.is_allowed(GrantType::JwtExchange)
}

fn is_listed(state: &State, client: &Client, site: Site) -> bool {
    let is_listed = state.allow_list().contains(&client.id, site.tier);
    is_listed || !state.aem_settings().check_allow_list
}

/// Returns the 403 of a client that is not on the allow list. Its content type is inferred.
pub(crate) fn not_allowlisted() -> Response {
    let text = HeaderValue::from_static("text/plain;charset=utf-8");
    with_content_type(StatusCode::FORBIDDEN, text, NOT_ALLOWLISTED)
}

/// Returns the 404 of a host name that no environment has.
pub(crate) fn unknown_host<B>(http: &Request<B>) -> Response {
    let host = requested_host(http).unwrap_or_default();
    let text = format!(
        "No environment of AEM has the host name {host}. The emulator's AEM answers under \
         author-, publish- and preview-pPROGRAM-eENVIRONMENT.adobeaemcloud.com, on loopback, and \
         under the hosts that its start named."
    );
    page::error_page(StatusCode::NOT_FOUND, &text)
}

fn is_author<B>(state: &State, http: &Request<B>) -> bool {
    site(state, http).is_some_and(|site| site.tier == AemTier::Author)
}

/// Returns whether a browser asks for a page. Programs that ask for data do not accept HTML.
fn is_page_request<B>(http: &Request<B>) -> bool {
    let is_read = matches!(*http.method(), Method::GET | Method::HEAD);
    let accept = http.headers().get(ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    let path = http.uri().path();
    let is_data = ["/api/", "/adobe/", "/graphql/"]
        .iter()
        .any(|start| path.starts_with(start));
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_page = path.contains(".html") || !name.contains('.');
    is_read && is_page && !is_data && accept.is_some_and(|types| types.contains("text/html"))
}

/// Returns the answer to a browser without a valid token: a redirect to the sign-in page of IMS, or
/// a page with a link to it (inferred).
fn login<B>(state: &State, http: &Request<B>) -> Response {
    let url = sign_in_url(state, http);
    if state.aem_settings().browser_login == BrowserLogin::Page {
        return page::login(&url);
    }
    let mut response = page::bare(StatusCode::FOUND);
    if let Ok(url) = HeaderValue::try_from(url) {
        response.headers_mut().insert(LOCATION, url);
    }
    response
}

/// Returns the URL of the sign-in at IMS that leads back to the page. IMS is the emulator under the
/// same host, or for a host name of AEM the host of the credential documents.
fn sign_in_url<B>(state: &State, http: &Request<B>) -> String {
    let base = base_url(state, http);
    let ims = if has_aem_host(http) {
        format!("https://{}", state.config.ims_endpoint)
    } else {
        base.clone()
    };
    let target = http
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let directory = state.directory();
    let client = directory.user_clients().next();
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client.map_or("", |client| &client.id))
        .append_pair("response_type", "token")
        .append_pair("scope", "openid,AdobeID")
        .append_pair("redirect_uri", &format!("{base}{target}"))
        .finish();
    format!("{ims}/ims/authorize/v2?{query}")
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.documented(
        "aem-user-at-first-call",
        "AEM creates the user of a technical account at the first authenticated call, in the group `contributors`. For people this is inferred.",
        source::AEM_CREDENTIALS,
    ),
    Area::Aem.documented(
        "aem-contributors-read",
        "`contributors` read: a `GET` gets 200, and a write 403.",
        source::AEM_CREDENTIALS,
    ),
    Area::Aem.documented(
        "aem-groups",
        "`dam-users` write assets, `forms-users` call Forms Communications, and `administrators` may do everything. The groups hold for all tiers, which is inferred.",
        "Adobe, AEM as a Cloud Service: service credentials tutorial; documentation of the Communications APIs",
    ),
    Area::Aem.documented(
        "aem-rights-later",
        "Rights by a product profile begin about ten minutes after they were granted. A test says when, by the virtual time.",
        "Adobe, AEM as a Cloud Service: generating access tokens",
    ),
    Area::Aem.observed(
        "aem-unauthorized",
        "An invalid or expired token gets 401 without a body on author. So does a missing one, which is inferred.",
        "an answer of AEM to an expired token; Adobe documents the status",
    ),
    Area::Aem.inferred(
        "aem-public-content",
        "Publish and preview show public content without a token, and to a text that is no token; an expired or revoked token gets 401 there too.",
        "visitors of publish have no token",
    ),
    Area::Aem.inferred(
        "aem-login-redirect",
        "A browser that asks author for a page without a valid token gets 302 to the sign-in of IMS. The setting `browser_login` chooses a login page with 200.",
        "no source says which of them AEM sends; clients meet both",
    ),
    Area::Aem.observed(
        "aem-allow-list",
        "A client of OAuth server-to-server that is not on the allow list of the tier gets 403, `IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.` The setting `check_allow_list` switches this off.",
        "reports in the Adobe Experience League community (2026); Adobe's pages name 403 or 404",
    ),
    Area::Aem.inferred(
        "aem-allow-list-during-migration",
        "A client that also exchanges a JWT needs no entry. Neither do people.",
        "Adobe documents that the tokens of both credentials are equivalent",
    ),
];
