//! Requests to AEM Forms, written by hand.

use adobe_ims_emulator::Emulator;
use bytes::Bytes;
use http::{HeaderMap, Request};
use lopdf::Document;
use serde_json::Value;

use crate::support::{AssertionSigner, frozen_builder};

pub(crate) const LETTER: &str = include_str!("../../data/letter.xdp");
pub(crate) const LETTER_DATA: &str = include_str!("../../data/letter.xml");
pub(crate) const XML: &str = "application/xml";
pub(crate) const PDF: &str = "application/pdf";

/// An emulator, and the token of a user with rights.
pub(crate) struct Forms {
    pub(crate) emulator: Emulator,
    pub(crate) token: String,
}

/// A part of a form: name, file name, content type, content.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a [u8]);

impl Forms {
    pub(crate) fn new() -> Self {
        Self::of(frozen_builder().start().unwrap())
    }

    pub(crate) fn of(emulator: Emulator) -> Self {
        let signer = AssertionSigner::of(&emulator);
        assert!(emulator.grant_aem_rights(&signer.id));
        let token = signer.token(&emulator);
        Self { emulator, token }
    }

    pub(crate) fn post(&self, path: &str, parts: &[Part<'_>]) -> Answer {
        self.post_with(path, parts, &[])
    }

    pub(crate) fn post_with(
        &self,
        path: &str,
        parts: &[Part<'_>],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "multipart/form-data; boundary=the-boundary");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, &form(parts))
    }

    pub(crate) fn send(&self, request: http::request::Builder, body: &[u8]) -> Answer {
        let request = request.body(Bytes::copy_from_slice(body)).unwrap();
        let (head, body) = self.emulator.respond(&request).into_parts();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        }
    }
}

pub(crate) fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file_name, content_type, content) in parts {
        let mut head = format!("--the-boundary\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(file_name) = file_name {
            head += &format!("; filename=\"{file_name}\"");
        }
        if let Some(content_type) = content_type {
            head += &format!("\r\nContent-Type: {content_type}");
        }
        body.extend(format!("{head}\r\n\r\n").as_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--the-boundary--\r\n");
    body
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn content_type(&self) -> &str {
        self.headers["content-type"].to_str().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{:?}", self.body))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the parts of an answer of several parts: disposition, content type, content.
    pub(crate) fn parts(&self) -> Vec<(String, String, Vec<u8>)> {
        let content_type = self.content_type();
        let boundary = content_type
            .strip_prefix("multipart/mixed; boundary=")
            .unwrap();
        let delimiter = format!("--{boundary}");
        let mut parts = Vec::new();
        let mut rest = self.body.strip_prefix(delimiter.as_bytes()).unwrap();
        let inner = format!("\r\n{delimiter}");
        while let Some(part) = rest.strip_prefix(b"\r\n") {
            let end = find(part, inner.as_bytes()).unwrap();
            let head_end = find(part, b"\r\n\r\n").unwrap();
            let head = String::from_utf8(part[..head_end].to_vec()).unwrap();
            let header = |name: &str| {
                let mut lines = head.lines();
                let line = lines.find_map(|line| line.strip_prefix(name)).unwrap();
                line.to_owned()
            };
            let disposition = header("Content-Disposition: ");
            let content_type = header("Content-Type: ");
            parts.push((disposition, content_type, part[head_end + 4..end].to_vec()));
            rest = &part[end + inner.len()..];
        }
        assert_eq!(rest, b"--\r\n");
        parts
    }

    /// Returns the text of each page of the PDF.
    pub(crate) fn pages(&self) -> Vec<String> {
        pages(&self.body)
    }
}

pub(crate) fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// Returns the text of each page of a PDF, by another maker's reader.
pub(crate) fn pages(pdf: &[u8]) -> Vec<String> {
    assert!(
        pdf.starts_with(b"%PDF-"),
        "{:?}",
        String::from_utf8_lossy(&pdf[..pdf.len().min(200)])
    );
    let document = Document::load_mem(pdf).unwrap();
    let numbers = document.get_pages().into_keys();
    numbers
        .map(|number| document.extract_text(&[number]).unwrap())
        .collect()
}
