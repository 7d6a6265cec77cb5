//! The pages that a browser shows: the sign-in form, errors, and the end of a session.

use http::header::{HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::html::escape;
use crate::http::response::{Response, with_content_type};
use crate::sessions::authorization_request::AuthorizationRequest;
use crate::sessions::session_store::PendingSignIn;
use crate::state::State;
use crate::tokens::token_type::TokenType;

/// The path that receives the form.
pub(crate) const FORM_PATH: &str = "/ims/authorize/sign_in";

const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");

/// The policy allows no scripts and nothing from other hosts. It has no `form-action`, because
/// browsers apply that to the redirect to the client as well.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
);
const CONTENT_SECURITY_POLICY: HeaderName = HeaderName::from_static("content-security-policy");

const STYLE: &str = "body{font-family:sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;\
    line-height:1.5}label{display:block;font-weight:bold}input{font:inherit;width:100%;\
    box-sizing:border-box;padding:.4rem;margin:.2rem 0 1rem}button{font:inherit;\
    padding:.4rem 1rem;margin-right:.5rem}#hint{margin:0}[role=alert]{border-left:.3rem solid #b00020;\
    padding-left:.7rem}code{overflow-wrap:anywhere}";

/// Returns the page with the form. `unknown` is an e-mail address that the emulator refused.
pub(crate) fn sign_in_page(
    state: &State,
    request: AuthorizationRequest,
    unknown: Option<&str>,
) -> Response {
    let ticket = state.session_random.secret();
    let client = escape(&request.client_id);
    let scopes = escape(&request.scopes.join(" "));
    let people = PeopleOptions::of(state);
    let (options, example) = (people.options, people.example);
    let (status, notice) = match unknown {
        None => (StatusCode::OK, String::new()),
        Some(email) => (StatusCode::BAD_REQUEST, unknown_person_notice(email)),
    };
    // The field is not of the type email, because browsers refuse some valid addresses there.
    let body = format!(
        "<h1>Sign in</h1>\n\
         <p>This is <strong>adobe-ims-emulator</strong>, not Adobe. It asks for no password: do not \
         enter one here.</p>\n\
         <p>The application <code>{client}</code> asks for <code>{scopes}</code>.</p>\n\
         {notice}\
         <form method=\"post\" action=\"{FORM_PATH}\">\n\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\n\
         <label for=\"email\">E-mail address</label>\n\
         <p id=\"hint\">Use the address of a registered person, such as <code>{example}</code>.</p>\n\
         <input id=\"email\" name=\"email\" type=\"text\" inputmode=\"email\" list=\"people\" \
         required autofocus autocomplete=\"off\" spellcheck=\"false\" \
         aria-describedby=\"hint complaint\">\n\
         <datalist id=\"people\">\n{options}</datalist>\n\
         <button type=\"submit\" name=\"action\" value=\"sign_in\">Sign in</button>\n\
         <button type=\"submit\" name=\"action\" value=\"cancel\" formnovalidate>Cancel</button>\n\
         </form>\n"
    );
    add_sign_in(state, ticket, request);
    page(status, "Sign in", &body)
}

/// Remembers a sign-in as long as an authorization code would live.
fn add_sign_in(state: &State, ticket: String, request: AuthorizationRequest) {
    let now = state.config.clock.unix_millis();
    let lifetime = state.lifetimes().millis(TokenType::AuthorizationCode);
    let sign_in = PendingSignIn {
        request,
        expires_at: now.saturating_add_unsigned(lifetime),
    };
    state.sessions().add_sign_in(ticket, sign_in, now);
}

/// The registered people as options of the form.
struct PeopleOptions {
    options: String,
    /// The e-mail address of one person.
    example: String,
}

impl PeopleOptions {
    fn of(state: &State) -> Self {
        let directory = state.directory();
        let people = directory.people.all();
        let options = people.iter().map(|person| {
            let (email, name) = (escape(person.email()), escape(person.name()));
            format!("<option value=\"{email}\">{name}</option>\n")
        });
        let example = people.first().map(|person| escape(person.email()));
        Self {
            options: options.collect(),
            example: example.unwrap_or_default(),
        }
    }
}

fn unknown_person_notice(email: &str) -> String {
    format!(
        "<p role=\"alert\" id=\"complaint\">No registered person has the e-mail address \
         <code>{}</code>.</p>\n",
        escape(email)
    )
}

/// Returns the page for an error that no redirect may report.
pub(crate) fn error_page(error: &ErrorResponse) -> Response {
    let body = format!(
        "<h1>The sign-in cannot begin</h1>\n\
         <p role=\"alert\">{}</p>\n\
         <p>The error is <code>{}</code>. This is <strong>adobe-ims-emulator</strong>, not Adobe. \
         Change the application that sent the browser here, or its registration with the \
         emulator.</p>\n",
        escape(&error.description),
        escape(error.error),
    );
    page(error.status, "The sign-in cannot begin", &body)
}

/// Returns the page for the end of a session.
pub(crate) fn signed_out_page() -> Response {
    let body = "<h1>Signed out</h1>\n\
                <p>This is <strong>adobe-ims-emulator</strong>, not Adobe.</p>\n";
    page(StatusCode::OK, "Signed out", body)
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – adobe-ims-emulator</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    );
    let mut response = with_content_type(status, HTML, html);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
