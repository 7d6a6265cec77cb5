//! A day of traffic in virtual time.

use std::time::Duration;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::timed;
use adobe_ims_benches::table::{Goal, Row};
use adobe_ims_emulator::Emulator;
use tokio::runtime::Runtime;

use super::plain::{self, Connection};

/// The virtual time between two calls of AEM.
const PERIOD: Duration = Duration::from_secs(10);
const CALLS: u32 = 24 * 60 * 60 / 10;

/// Measures a program that calls AEM every ten seconds for a day with tokens that live for an hour.
pub(super) fn measure(runtime: &Runtime) -> Result<Row> {
    let emulator = Emulator::start()?;
    emulator.set_token_lifetime(Duration::from_secs(60 * 60));
    let provider = emulator.token_provider(&emulator.credentials_json())?;
    let host = emulator.url().trim_start_matches("http://").to_owned();
    let day = timed(|| {
        runtime.block_on(async {
            let mut connection = Connection::open(&host).await?;
            for _ in 0..CALLS {
                let token = provider.token().await?;
                let request =
                    plain::get(&host, "/api/assets.json", Some(token.as_secret().expose()));
                connection.exchange(&request).await?;
                // Virtual hours would pass during an exchange in the background.
                provider.saved().await;
                emulator.clock().advance(PERIOD);
            }
            Ok(())
        })
    })?;
    let exchanges = emulator.tokens_minted();
    if exchanges < 24 {
        return Err(
            format!("the tokens were not refreshed: {exchanges} exchanges in a day").into(),
        );
    }
    Ok(Row::value(
        &format!("emulator: a day of {CALLS} calls and {exchanges} exchanges"),
        day.as_secs_f64(),
        "s",
        Goal::None,
    ))
}
