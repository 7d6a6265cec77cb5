//! The pages that a browser is shown: the sign-in form, and why there is none.

use http::header::{HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};

use crate::http::response::{ErrorResponse, Response, with_type};
use crate::ims::authorize::endpoint::AuthorizationRequest;
use crate::ims::new_token::TokenType;
use crate::state::State;

/// Where the form is sent to.
pub(crate) const FORM_PATH: &str = "/ims/authorize/sign_in";

const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");

/// No scripts, nothing from elsewhere. What a form may lead to is left open, because browsers apply
/// that to the redirect to the client as well.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
);
const CONTENT_SECURITY_POLICY: HeaderName = HeaderName::from_static("content-security-policy");

const STYLE: &str = "body{font-family:sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;\
    line-height:1.5}label{display:block;font-weight:bold}input{font:inherit;width:100%;\
    box-sizing:border-box;padding:.4rem;margin:.2rem 0 1rem}button{font:inherit;\
    padding:.4rem 1rem;margin-right:.5rem}#hint{margin:0}[role=alert]{border-left:.3rem solid #b00020;\
    padding-left:.7rem}code{overflow-wrap:anywhere}";

/// The form. `unknown` is an e-mail address that was tried before.
pub(crate) fn form(state: &State, wanted: AuthorizationRequest, unknown: Option<&str>) -> Response {
    let ticket = state.session_ids.secret();
    let client = escape(&wanted.client_id);
    let scopes = escape(&wanted.scopes.join(" "));
    let (people, example) = people(state);
    let (status, complaint) = match unknown {
        None => (StatusCode::OK, String::new()),
        Some(email) => (StatusCode::BAD_REQUEST, complaint(email)),
    };
    // A browser would not let every address that there is pass through a field of type email.
    let body = format!(
        "<h1>Sign in</h1>\n\
         <p>This is <strong>adobe-ims-emulator</strong>, not Adobe. It asks for no password: do not \
         enter one anywhere here.</p>\n\
         <p>The application <code>{client}</code> asks for <code>{scopes}</code>.</p>\n\
         {complaint}\
         <form method=\"post\" action=\"{FORM_PATH}\">\n\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\n\
         <label for=\"email\">E-mail address</label>\n\
         <p id=\"hint\">Of somebody whom the emulator knows, such as <code>{example}</code>.</p>\n\
         <input id=\"email\" name=\"email\" type=\"text\" inputmode=\"email\" list=\"people\" \
         required autofocus autocomplete=\"off\" spellcheck=\"false\" \
         aria-describedby=\"hint complaint\">\n\
         <datalist id=\"people\">\n{people}</datalist>\n\
         <button type=\"submit\" name=\"action\" value=\"sign_in\">Sign in</button>\n\
         <button type=\"submit\" name=\"action\" value=\"cancel\" formnovalidate>Cancel</button>\n\
         </form>\n"
    );
    let now = state.clock.unix_millis();
    let life = state.lifetimes.millis(TokenType::AuthorizationCode);
    let expires_at = now.saturating_add_unsigned(life);
    state
        .sessions()
        .add_sign_in(ticket, wanted, expires_at, now);
    page(status, "Sign in", &body)
}

/// Everybody, as options, and the e-mail address of one.
fn people(state: &State) -> (String, String) {
    let directory = state.directory();
    let people = directory.people.all();
    let options = people.iter().map(|person| {
        let (email, name) = (escape(person.email()), escape(person.name()));
        format!("<option value=\"{email}\">{name}</option>\n")
    });
    let example = people.first().map(|person| escape(person.email()));
    (options.collect(), example.unwrap_or_default())
}

fn complaint(email: &str) -> String {
    format!(
        "<p role=\"alert\" id=\"complaint\">The emulator knows nobody with the e-mail address \
         <code>{}</code>.</p>\n",
        escape(email)
    )
}

/// What is said to the person where no redirect would be safe.
pub(crate) fn refused(refusal: &ErrorResponse) -> Response {
    let body = format!(
        "<h1>The sign-in cannot begin</h1>\n\
         <p role=\"alert\">{}</p>\n\
         <p>The error is <code>{}</code>. This is <strong>adobe-ims-emulator</strong>, not Adobe. \
         The application that sent the browser here has to be changed, or registered otherwise with \
         the emulator.</p>\n",
        escape(&refusal.description),
        escape(refusal.error),
    );
    page(refusal.status, "The sign-in cannot begin", &body)
}

/// A page of its own, for the end of a session.
pub(crate) fn signed_out() -> Response {
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
    let mut answer = with_type(status, HTML, html);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// Text as it may stand between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        assert_eq!(
            escape("<a href='x' title=\"y\">&amp;ü"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;ü"
        );
    }
}
