//! `ims revoke`: a token that is to be valid no longer, at IMS and here.

use adobe_ims::TokenType;

use crate::arguments::Revoke;
use crate::failure::Failure;
use crate::output::Console;
use crate::subject::Subject;
use crate::variables::Variables;
use crate::{cache, network};

pub(crate) fn run(
    arguments: &Revoke,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    // A key that cannot be read is better known before anything is revoked.
    let cache = cache::store(arguments.cache_key_file.as_deref(), variables)?;
    let subject = Subject::find(&arguments.subject, console, variables)?;
    network::wait(subject.ims.invalidate(
        subject.token.as_secret(),
        TokenType::Access,
        &subject.client_id,
        &subject.environment,
    ))??;
    let forgotten = cache.map_or(Ok(0), |cache| cache.forget_token(&subject.token));
    match forgotten {
        Ok(0) => console.notice("IMS has revoked the token"),
        Ok(_) => console.notice("IMS has revoked the token, and it is deleted from the cache"),
        Err(error) => console.notice(&format!(
            "IMS has revoked the token, but it may still be in the cache: {error}"
        )),
    }
    Ok(())
}
