//! The parts that the tests share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use adobe_ims::crypto::Crypto;
use adobe_ims::{BoxFuture, HttpTransport, ManualClock, http};
use aem_forms::client::{HeaderSource, RequestHeaders};
use aem_forms::options::PdfOptions;
use aem_forms::{Document, Error, FormsClient, Generation};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::server::Server;

/// A token that no message may repeat.
pub(crate) const TOKEN: &str = "SECRET-TOKEN-0";

pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

pub(crate) const TIMEOUT: Duration = Duration::from_secs(300);

/// A source whose token changes when it was refused, up to a number of times.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) renewals: usize,
    refused: Mutex<Vec<String>>,
}

impl Tokens {
    pub(crate) fn renewing(renewals: usize) -> Arc<Self> {
        Arc::new(Self {
            renewals,
            ..Self::default()
        })
    }

    /// Returns the values that were reported.
    pub(crate) fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }
}

impl HeaderSource for Tokens {
    fn headers(&self) -> BoxFuture<'_, adobe_ims::Result<RequestHeaders>> {
        let number = self.refused.lock().unwrap().len().min(self.renewals);
        let value = format!("Bearer SECRET-TOKEN-{number}");
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&value).unwrap());
        Box::pin(async { Ok(RequestHeaders::new(headers)) })
    }

    fn report_refused(&self, headers: &RequestHeaders) {
        assert!(headers.token().is_none());
        let shown = format!("{headers:?}");
        assert!(!shown.contains("SECRET"), "{shown}");
        self.refused.lock().unwrap().push(shown);
    }
}

pub(crate) fn transport() -> HttpTransport {
    let builder = HttpTransport::builder(Crypto::ring());
    builder.timeout(TIMEOUT).build().unwrap()
}

pub(crate) fn client(server: &Server) -> FormsClient {
    client_with(server, Tokens::renewing(0), 2)
}

pub(crate) fn client_with(server: &Server, tokens: Arc<Tokens>, retries: u32) -> FormsClient {
    FormsClient::builder(server.url())
        .retries(retries)
        .clock(ManualClock::at_unix(1_800_000_000))
        .seed(1)
        .build(tokens, transport())
        .unwrap()
}

pub(crate) fn template() -> Document {
    Document::bytes("letter.xdp", "<xdp/>")
}

pub(crate) fn letter() -> Generation {
    Generation::pdf(template(), PdfOptions::new())
}

/// Generates a document into memory.
pub(crate) async fn generate(
    client: &FormsClient,
    generation: &Generation,
) -> Result<Vec<u8>, Error> {
    let mut received = client.generate(generation).await?;
    Ok(received.bytes(100 << 20).await?.to_vec())
}

/// Returns everything that an error can show, and checks that no token is in it.
pub(crate) fn shown(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n");
    error.hints().for_each(|hint| text.push_str(hint));
    if let Some(answer) = error.answer() {
        text.push_str(&format!("{answer:?}"));
        answer.logs.iter().for_each(|log| text.push_str(&log.text));
    }
    assert!(!text.contains("SECRET-TOKEN"), "{text}");
    text
}
