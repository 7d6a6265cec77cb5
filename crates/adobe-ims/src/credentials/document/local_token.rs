use serde::Deserialize;

use super::field::Field;
use super::field_reader::FieldReader;
use super::json_error::not_json;
use crate::error::Result;
use crate::token::AccessToken;

/// The document `{"ok":true,"statusCode":200,"accessToken":"…"}`: the token of the person who created it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocalToken {
    access_token: Field,
}

pub(super) fn parse(text: &str) -> Result<AccessToken> {
    let document: LocalToken = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let mut fields = FieldReader::new("");
    let token = fields.text("accessToken", document.access_token);
    fields.finish()?;
    AccessToken::new(token)
}
