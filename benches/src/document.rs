//! Reads service credentials without checking them.

use serde_json::Value;

use crate::Result;

/// The fields of the document that an exchange needs.
#[derive(Debug)]
pub struct Document {
    /// The value of `technicalAccount.clientId`.
    pub client_id: String,
    /// The value of `technicalAccount.clientSecret`.
    pub client_secret: String,
    /// The value of `org`.
    pub organization: String,
    /// The value of `id`.
    pub technical_account: String,
    /// The value of `metascopes`.
    pub metascopes: String,
    /// The value of `privateKey`.
    pub private_key: String,
}

impl Document {
    /// Reads the JSON.
    ///
    /// # Errors
    /// Fails when a field is missing or the text is not JSON.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let document: Value = serde_json::from_slice(json)?;
        let integration = &document["integration"];
        let text = |value: &Value| {
            let text = value.as_str().map(str::to_owned);
            text.ok_or("the document lacks a text")
        };
        let client = &integration["technicalAccount"];
        Ok(Self {
            client_id: text(&client["clientId"])?,
            client_secret: text(&client["clientSecret"])?,
            organization: text(&integration["org"])?,
            technical_account: text(&integration["id"])?,
            metascopes: text(&integration["metascopes"])?,
            private_key: text(&integration["privateKey"])?,
        })
    }

    /// Returns the form of `POST /ims/exchange/jwt`.
    pub fn form(&self, assertion: &str) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", &self.client_secret)
            .append_pair("jwt_token", assertion)
            .finish()
    }
}
