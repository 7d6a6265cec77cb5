//! Reads a credential document, fetches a token and prints its expiry:
//! `cargo run -p adobe-ims --example token -- service_token.json`

use adobe_ims::{Error, TokenProvider};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("give the path of a credential document")?;
    match run(&std::fs::read(path)?).await {
        Ok(()) => {}
        Err(error) => println!("{}", error.report()),
    }
    Ok(())
}

async fn run(document: &[u8]) -> Result<(), Error> {
    let provider = TokenProvider::from_document(document)?;
    let token = provider.token().await?;
    // The value of the header `Authorization`. It is marked sensitive and does not show itself.
    let authorization = token.authorization();
    println!("fetched a token: {authorization:?}");
    if let Some(expires_at) = token.expires_at() {
        println!("it is valid until {expires_at:?}");
    }
    Ok(())
}
