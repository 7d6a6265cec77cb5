//! Hostile answers with wrong content.

use adobe_ims::Problem;

use crate::hostile_cases::Outcome::{Fails, Token};
use crate::hostile_cases::{Case, TOKEN, fixed, http};

/// Lifetimes and tokens of every wrong kind.
pub(crate) fn contents() -> Vec<Case> {
    let life = |name: &str, expected, expires_in: &str| {
        let body = format!("{{\"access_token\":\"{TOKEN}\",\"expires_in\":{expires_in}}}");
        fixed(&format!("life: {name}"), expected, http("200 OK", "", body))
    };
    let token = |name: &str, expected, token: &str| {
        let body = format!("{{\"access_token\":{token},\"expires_in\":3600000}}");
        fixed(
            &format!("token: {name}"),
            expected,
            http("200 OK", "", body),
        )
    };
    let dead = Fails(Problem::TokenDeadOnArrival);
    let none = Fails(Problem::AnswerWithoutToken);
    let not_json = Fails(Problem::AnswerNotJson);
    let text = |name: &str, expected, body: &[u8]| fixed(name, expected, http("200 OK", "", body));
    let nested = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let deep = format!(
        "{{\"access_token\":{}1{}}}",
        "{\"a\":".repeat(500),
        "}".repeat(500)
    );
    vec![
        life("negative", Token, "-1"),
        life("zero", dead, "0"),
        life("fraction", dead, "0.5"),
        life("huge", Token, "1e300"),
        life("larger than a number", Token, "99999999999999999999999999"),
        life("infinite", not_json, "Infinity"),
        life("text", Token, "\"soon\""),
        life("negative text", Token, "\"-5\""),
        life("null", Token, "null"),
        life("list", Token, "[86400000]"),
        life("object", Token, "{\"ms\":1}"),
        life("boolean", Token, "true"),
        token("control characters", none, "\"a\\u0000b\\r\\nX-Evil: 1\""),
        token("line end", none, "\"abc\\n\""),
        token("blank", none, "\"a b\""),
        token("not ASCII", none, "\"tokenü\""),
        token("empty", none, "\"\""),
        token("number", none, "12345"),
        token("null", none, "null"),
        token("list", none, "[\"abc\"]"),
        token("object", none, "{\"token\":\"abc\"}"),
        token("lone surrogate", not_json, "\"\\ud800\""),
        text("list", not_json, b"[1,2]"),
        text("text", not_json, b"\"access_token\""),
        text("null", not_json, b"null"),
        text("number", not_json, b"1e999"),
        text("empty", Fails(Problem::AnswerEmpty), b""),
        text("blanks", Fails(Problem::AnswerEmpty), b" \r\n\t "),
        text("stops in the middle", Fails(Problem::AnswerTruncated), b"{\"access_token\":\"abc"),
        text("two documents", not_json, b"{\"error\":\"a\"}{\"error\":\"b\"}"),
        text("invalid UTF-8", not_json, b"{\"error\":\"\xff\xfe\",\"access_token\":\"\xc3\x28\"}"),
        text("UTF-16", not_json, b"\xff\xfe{\0}\0"),
        text("zero bytes", not_json, &[0; 5000]),
        text("gzip", not_json, b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        text("deep lists", not_json, &nested),
        text("deep objects", not_json, deep.as_bytes()),
        text("page of a sign-in", not_json, b"<!DOCTYPE html><html><head><title>Sign in</title></head><form action=/login>"),
        text("XML", not_json, b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
    ]
}
