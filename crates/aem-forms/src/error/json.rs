//! Errors as JSON, without a schema id of their own: they are parts of other objects.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::answer::{ErrorAnswer, Log};
use super::failure::Error;
use super::finding::Finding;

/// Writes the members `id`, `class`, `message`, `hints`, `transient`, and `answer` and `findings` if there are any.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cause = self.cause();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", cause.id())?;
        map.serialize_entry("class", cause.class().as_str())?;
        map.serialize_entry("message", &self.to_string())?;
        map.serialize_entry("hints", &self.hints().collect::<Vec<_>>())?;
        map.serialize_entry("transient", &self.is_transient())?;
        if let Some(answer) = self.answer() {
            map.serialize_entry("answer", answer)?;
        }
        if !self.findings().is_empty() {
            map.serialize_entry("findings", self.findings())?;
        }
        map.end()
    }
}

impl Serialize for ErrorAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", &self.status)?;
        let texts = [
            ("code", &self.code),
            ("message", &self.message),
            ("request_id", &self.request_id),
        ];
        for (name, text) in texts {
            map.serialize_entry(name, &text.as_ref().map(ToString::to_string))?;
        }
        map.serialize_entry("logs", &self.logs)?;
        map.end()
    }
}

impl Serialize for Log {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("text", &self.text)?;
        map.end()
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.problem.id())?;
        map.serialize_entry("grade", self.grade.as_str())?;
        map.serialize_entry("file", &self.place.file)?;
        map.serialize_entry("part", &self.place.part)?;
        map.serialize_entry("line", &self.place.line)?;
        map.serialize_entry("column", &self.place.column)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("hint", &self.hint)?;
        map.end()
    }
}
