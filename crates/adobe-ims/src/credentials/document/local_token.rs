//! The local development token of the AEM Developer Console.

use super::field_reader::FieldReader;
use super::node::Map;
use crate::error::Result;
use crate::token::AccessToken;
use crate::value::ValueKind;

/// Reads the document `{"ok":true,"statusCode":200,"accessToken":"…"}`: the token of the person who created it.
pub(super) fn parse(map: &Map) -> Result<AccessToken> {
    let mut fields = FieldReader::new("");
    let token = fields.value(
        ValueKind::AccessToken,
        "accessToken",
        map.field("accessToken"),
    );
    fields.finish()?;
    AccessToken::new(token)
}
