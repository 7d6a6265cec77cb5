//! A step of a fault, as it is asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A step of a [`Fault`](crate::Fault): what the emulator does with one request.
///
/// A step sends the usual response or another one, possibly late, slowly or in part, or it sends
/// none. [`Emulator::add_fault`](crate::Emulator::add_fault) refuses a step that contradicts itself.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FaultStep {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, Header>,
    #[serde(
        default,
        deserialize_with = "any",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ims_error: Option<String>,
    #[serde(default, skip_serializing_if = "Flag::is_unset")]
    pub(crate) empty: Flag,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) html: Option<String>,
    #[serde(
        default,
        deserialize_with = "any",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) expires_in: Option<Value>,
    #[serde(default, skip_serializing_if = "Flag::is_unset")]
    pub(crate) pass: Flag,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) slow_body_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) truncate_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Flag::is_unset")]
    pub(crate) reset: Flag,
    #[serde(default, skip_serializing_if = "Flag::is_unset")]
    pub(crate) hang: Flag,
}

/// The values of a header. None removes the header.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Header {
    Removed,
    One(String),
    Several(Vec<String>),
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = |values: Vec<Value>| {
            let text = |value: Value| value.as_str().map(str::to_owned);
            values.into_iter().map(text).collect::<Option<Vec<_>>>()
        };
        let header = match Value::deserialize(deserializer)? {
            Value::Null => Some(Self::Removed),
            Value::String(text) => Some(Self::One(text)),
            Value::Array(values) => texts(values).map(Self::Several),
            _ => None,
        };
        header.ok_or_else(|| {
            serde::de::Error::custom(
                "a header is a string, a list of strings, or null to remove it",
            )
        })
    }
}

/// A key that is `true` or missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Flag(pub(crate) bool);

impl Flag {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_unset(&self) -> bool {
        !self.0
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let on = bool::deserialize(deserializer)?;
        on.then_some(Self(true))
            .ok_or_else(|| serde::de::Error::custom("it can be true only; leave it out instead"))
    }
}

/// Reads any JSON. Null is a value here.
fn any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl FaultStep {
    /// Answers as usual.
    pub fn pass() -> Self {
        Self {
            pass: Flag(true),
            ..Self::default()
        }
    }

    /// Answers with this status, and without a body unless [`body`](Self::body) sets one.
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// Answers with an error of IMS, such as `invalid_client`, in the words and with the status of
    /// IMS.
    pub fn ims_error(code: impl Into<String>) -> Self {
        Self {
            ims_error: Some(code.into()),
            ..Self::default()
        }
    }

    /// Answers with 200 and without a body.
    pub fn empty() -> Self {
        Self {
            empty: Flag(true),
            ..Self::default()
        }
    }

    /// Answers with a web page: `login` (200), `blocked` (403), `maintenance` (503) or
    /// `first_byte_timeout` (503).
    pub fn html(page: impl Into<String>) -> Self {
        Self {
            html: Some(page.into()),
            ..Self::default()
        }
    }

    /// Answers as usual, but with another `expires_in`. [`Fault::from_json`](crate::Fault::from_json)
    /// takes any JSON for it.
    pub fn expires_in(value: i64) -> Self {
        Self {
            expires_in: Some(value.into()),
            ..Self::default()
        }
    }

    /// Resets the connection and sends nothing.
    pub fn reset() -> Self {
        Self {
            reset: Flag(true),
            ..Self::default()
        }
    }

    /// Sends nothing, and keeps the connection open.
    pub fn hang() -> Self {
        Self {
            hang: Flag(true),
            ..Self::default()
        }
    }

    /// Sets the body of the response.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(Value::String(body.into()));
        self
    }

    /// Sets a header of the response. The response has no other values of this header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), Header::One(value.into()));
        self
    }

    /// Waits before what follows. Fractions of a millisecond do not count.
    #[must_use]
    pub fn delay(mut self, time: Duration) -> Self {
        self.delay_ms = Some(millis(time));
        self
    }

    /// Spreads the body over a time. Fractions of a millisecond do not count.
    #[must_use]
    pub fn slow_body(mut self, time: Duration) -> Self {
        self.slow_body_ms = Some(millis(time));
        self
    }

    /// Closes the connection after this number of bytes of the body.
    #[must_use]
    pub fn truncate_after(mut self, bytes: u64) -> Self {
        self.truncate_after = Some(bytes);
        self
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
