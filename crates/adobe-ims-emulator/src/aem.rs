//! A very little of AEM as a Cloud Service: two listings behind a bearer token.
//!
//! A token is good in the environment of its client and in no other; one of a person's client, which names
//! none, is good here. The user of a technical account or a person comes into being with the first
//! authenticated call, in the group `contributors`; the calls are answered once the user has been given rights,
//! which is membership of `forms-users`. (Of people that is inferred.)

use std::collections::{BTreeMap, BTreeSet};

use http::header::{HOST, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::http::parameters::bearer;
use crate::http::response::{self, Response};
use crate::identities::aem_environment::Environment;
use crate::ims::token::AccessToken;
use crate::state::State;

const CONTRIBUTORS: &str = "contributors";
const FORMS_USERS: &str = "forms-users";

/// A user that AEM made for a technical account or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AemUser {
    /// The login name: the e-mail address.
    pub login: String,
    /// The id of the technical account, or of the person.
    pub user_id: String,
    /// The groups that the user belongs to, in alphabetical order.
    pub groups: Vec<String>,
}

/// Users, and who was given rights, by user id.
#[derive(Default)]
pub(crate) struct Aem {
    users: BTreeMap<String, String>,
    with_rights: BTreeSet<String>,
}

impl Aem {
    /// Gives rights to somebody, whether or not the user exists yet.
    pub(crate) fn grant(&mut self, user_id: &str) {
        self.with_rights.insert(user_id.to_owned());
    }

    pub(crate) fn users(&self) -> Vec<AemUser> {
        self.users
            .iter()
            .map(|(id, login)| {
                let mut groups = vec![CONTRIBUTORS.to_owned()];
                if self.with_rights.contains(id) {
                    groups.push(FORMS_USERS.to_owned());
                }
                AemUser {
                    login: login.clone(),
                    user_id: id.clone(),
                    groups,
                }
            })
            .collect()
    }

    /// Notes the user's call, and tells whether it has rights.
    fn visit(&mut self, user_id: &str, login: &str) -> bool {
        self.users
            .entry(user_id.to_owned())
            .or_insert_with(|| login.to_owned());
        self.with_rights.contains(user_id)
    }
}

/// `GET /content/dam.json`: the root of the assets as Sling shows a node.
pub(crate) fn dam<B>(state: &State, request: &Request<B>) -> Response {
    let node = json!({
        "jcr:primaryType": "sling:Folder",
        "jcr:createdBy": "admin",
        "jcr:title": "Assets",
        "emulator": env!("CARGO_PKG_NAME"),
    });
    listing(state, request, &node)
}

/// `GET /api/assets.json`: the root of the assets in Siren, as the Assets HTTP API shows it.
pub(crate) fn assets<B>(state: &State, request: &Request<B>) -> Response {
    let folder = json!({
        "class": ["assets/folder"],
        "properties": {
            "name": "assets",
            "srn:paging": {"total": 0, "offset": 0, "limit": 20},
            "emulator": env!("CARGO_PKG_NAME"),
        },
        "entities": [],
        "links": [{"rel": ["self"], "href": "/api/assets.json"}],
    });
    listing(state, request, &folder)
}

/// The form of AEM's newer errors, RFC 9457.
#[derive(Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
}

fn listing<B>(state: &State, request: &Request<B>, body: &impl Serialize) -> Response {
    let Some((id, login)) = user(state, request) else {
        let mut answer = problem(
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            "Invalid or expired token",
        );
        let challenge = HeaderValue::from_static("Bearer");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        return answer;
    };
    if state.aem().visit(&id, &login) {
        response::json(StatusCode::OK, body)
    } else {
        problem(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "The user is not a member of forms-users.",
        )
    }
}

/// Id and e-mail address of whom the request's token stands for, if it is good here.
fn user<B>(state: &State, request: &Request<B>) -> Option<(String, String)> {
    let token = AccessToken::verify(state, bearer(request.headers())?).ok()?;
    let directory = state.directory();
    let client = directory.client(&token.client_id)?;
    let home = Environment::of_client_id(&client.id).unwrap_or(state.environment);
    if home != asked(state, request) {
        return None;
    }
    let binding = &client.binding;
    let email = match binding.technical_account_id == token.user_id {
        true => &binding.email,
        false => directory.people.by_user_id(&token.user_id)?.email(),
    };
    Some((token.user_id, email.to_owned()))
}

/// The environment that the request is for: the one in its host name, else the emulator's.
fn asked<B>(state: &State, request: &Request<B>) -> Environment {
    let header = request.headers().get(HOST);
    request
        .uri()
        .host()
        .or_else(|| header?.to_str().ok())
        .and_then(Environment::of_host)
        .unwrap_or(state.environment)
}

fn problem(status: StatusCode, title: &'static str, detail: &'static str) -> Response {
    let body = Problem {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail,
    };
    let mut answer = response::json(status, &body);
    answer.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    answer
}
