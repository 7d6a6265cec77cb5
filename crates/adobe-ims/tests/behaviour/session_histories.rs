//! Random histories of processes that share a session: impatient callers, a slow IMS, callers that stand still.

use std::collections::BTreeSet;
use std::time::Duration;

use adobe_ims::source::TokenSource;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::session_world::World;
use crate::virtual_time::{MINUTE, SECOND, wait};

/// A caller: it waits for `patience`, then stands still, and then takes what is there or gives up.
#[derive(Clone, Copy, Debug)]
struct Caller {
    patience: Duration,
    stands_still: Duration,
    gives_up: bool,
}

impl Caller {
    fn random(random: &mut fastrand::Rng) -> Self {
        let patience = [20, 45, 60, 500, 20_000][random.usize(..5)];
        Self {
            patience: Duration::from_millis(random.u64(1..=patience)),
            stands_still: Duration::from_millis([0, 0, 500, 3_000][random.usize(..4)]),
            gives_up: random.bool(),
        }
    }

    /// Returns the access token, if the caller got one.
    async fn call(self, source: impl TokenSource) -> Option<String> {
        let mut fetch = source.fetch();
        let outcome = match timeout(self.patience, &mut fetch).await {
            Ok(outcome) => outcome,
            Err(_) => {
                wait(self.stands_still).await;
                if self.gives_up {
                    return None;
                }
                fetch.await
            }
        };
        Some(outcome.ok()?.token.as_secret().expose().to_owned())
    }
}

/// Plays a history and checks that no refresh token is lost or spent for nothing.
async fn play(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let world = World::new().await;
    let mut callers = JoinSet::new();
    for _ in 0..25 {
        let response_time = [10, 100, 1_000, 16_000][random.usize(..4)];
        world.ims.takes(Duration::from_millis(response_time));
        for _ in 0..random.usize(..4) {
            callers.spawn(Caller::random(&mut random).call(world.source()));
        }
        wait(Duration::from_millis(random.u64(1..=5_000))).await;
    }
    let taken = callers.join_all().await.into_iter().flatten();
    let mut taken: BTreeSet<String> = taken.collect();
    wait(MINUTE).await;
    assert_eq!(world.refresh_token(), world.ims.valid(), "seed {seed}");
    let sent = world.ims.received();
    let distinct: BTreeSet<&String> = sent.iter().collect();
    assert_eq!(distinct.len(), sent.len(), "seed {seed}: sent twice");
    // Each access token went to a caller, or is there for the next one.
    let exchanges = sent.len();
    world.ims.takes(SECOND);
    taken.insert(world.fetch().await.unwrap());
    let issued: BTreeSet<String> = (1..=world.ims.received().len())
        .map(|number| format!("access-{number}"))
        .collect();
    assert!(exchanges > 0, "seed {seed}");
    assert_eq!(taken, issued, "seed {seed}");
}

#[tokio::test(start_paused = true)]
async fn no_refresh_token_is_lost_or_spent_for_nothing() {
    for seed in 0..4 {
        play(seed).await;
    }
}
