//! The token of each request to AEM Forms, with what is known about its credentials.

use adobe_ims::{BoxFuture, TokenProvider};
use aem_forms::client::{HeaderSource, RequestHeaders};

use crate::auth::CredentialFacts;

/// A provider of tokens. Errors are explained by the credentials, which say more than the token.
#[derive(Debug)]
pub(crate) struct TokenHeaders {
    provider: TokenProvider,
    facts: CredentialFacts,
}

impl TokenHeaders {
    pub(crate) fn new(provider: TokenProvider, facts: CredentialFacts) -> Self {
        Self { provider, facts }
    }
}

impl HeaderSource for TokenHeaders {
    fn headers(&self) -> BoxFuture<'_, adobe_ims::Result<RequestHeaders>> {
        Box::pin(async {
            let token = self.provider.token().await?;
            let facts = self.facts.of(&token);
            Ok(RequestHeaders::of_token(token).with_facts(facts))
        })
    }

    fn report_refused(&self, headers: &RequestHeaders) {
        self.provider.report_refused(headers);
    }
}
