//! Rights in AEM: `POST /_emu/aem/rights`, and `PUT` and `DELETE` of one account.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Deserialize;

use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::{Parameters, content_type};
use crate::http::response::{Response, no_content};
use crate::identities::aem_group::AemGroup;
use crate::state::State;

const PARAMETER: &str = "technical_account_id";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    technical_account_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupsRequest<'a> {
    #[serde(borrow)]
    groups: Vec<Cow<'a, str>>,
    #[serde(default)]
    after_seconds: f64,
}

/// Handles `POST /_emu/aem/rights`. The request has `technical_account_id`, an id or an e-mail
/// address, in a form or in JSON.
pub(crate) fn grant_rights(
    state: &State,
    http: &Request<Bytes>,
) -> Result<Response, ErrorResponse> {
    let account = if is_form(http) {
        let parameters = Parameters::from_request(http)?;
        parameters.required(PARAMETER)?.to_owned()
    } else {
        let body: Body = read(http)?;
        body.technical_account_id
    };
    answer(state.grant_aem_rights(&account))
}

/// Handles `PUT` and `DELETE /_emu/aem/rights/ACCOUNT`, where the account is an id or an e-mail
/// address. `PUT` replaces the groups, at once or after a while. `DELETE` removes the account from
/// all groups but `contributors`.
pub(crate) fn set_rights(
    state: &State,
    http: &Request<Bytes>,
    account: &str,
) -> Result<Response, ErrorResponse> {
    if http.method() == Method::DELETE {
        let none = [].into_iter().collect();
        return answer(state.set_aem_groups(account, none, Duration::ZERO));
    }
    let request: GroupsRequest<'_> = read(http)?;
    let after = Duration::try_from_secs_f64(request.after_seconds).map_err(|_| {
        ErrorResponse::invalid_request("after_seconds is not a number of seconds from 0 on.")
    })?;
    let groups = request.groups.iter().map(|name| group(name));
    let groups = groups.collect::<Result<_, _>>()?;
    answer(state.set_aem_groups(account, groups, after))
}

fn group(name: &str) -> Result<AemGroup, ErrorResponse> {
    AemGroup::from_name(name).ok_or_else(|| {
        let known = AemGroup::ALL.map(AemGroup::name).join(", ");
        ErrorResponse::invalid_request(format!(
            "The emulator does not know the group {name}. It knows {known}."
        ))
    })
}

fn answer(is_known: bool) -> Result<Response, ErrorResponse> {
    if is_known {
        Ok(no_content())
    } else {
        Err(ErrorResponse::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "No technical account or person has this id or e-mail address.",
        ))
    }
}

/// Returns whether the body is a form. A JSON object with the content type of a form, which curl
/// sends for `-d`, is JSON.
fn is_form(http: &Request<Bytes>) -> bool {
    let content_type = content_type(http.headers()).unwrap_or_default();
    let is_json = content_type.contains("json") || http.body().trim_ascii_start().starts_with(b"{");
    !is_json
}
