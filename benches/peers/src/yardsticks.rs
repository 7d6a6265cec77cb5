//! The parts that a cache can be made of, each alone.

use std::hint::black_box;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use rustix::time::{ClockId, clock_gettime};

use crate::Result;
use crate::case::{Case, Kind, sync_worker};
use crate::token::token;

/// The read that needs no counter of references.
pub const LOAD: &str = "ArcSwap::load";
/// The read that gives an owned token.
pub const LOAD_FULL: &str = "ArcSwap::load_full";

/// All of them.
///
/// # Errors
/// When the token is no header.
pub fn cases() -> Result<Vec<Case>> {
    let text = Arc::new(ArcSwap::from_pointee(token().to_owned()));
    let alone = Arc::new(token().to_owned());
    let bearer = HeaderValue::try_from(format!("Bearer {}", token()))?;
    let header = Arc::new(ArcSwap::from_pointee(bearer));

    let owned = text.clone();
    let yardstick = Kind::Yardstick;
    Ok(vec![
        Case::new(yardstick, "coarse clock read", || {
            sync_worker(|| {
                // The seconds alone: to move both numbers costs as much as the reading.
                black_box(clock_gettime(ClockId::MonotonicCoarse).tv_sec);
                Ok(())
            })
        }),
        Case::new(yardstick, LOAD, move || {
            let text = text.clone();
            sync_worker(move || {
                black_box(text.load().as_str());
                Ok(())
            })
        }),
        Case::new(yardstick, LOAD_FULL, move || {
            let text = owned.clone();
            sync_worker(move || {
                black_box(text.load_full());
                Ok(())
            })
        }),
        Case::new(yardstick, "Arc clone + drop", move || {
            let alone = alone.clone();
            sync_worker(move || {
                black_box(Arc::clone(&alone));
                Ok(())
            })
        }),
        Case::new(
            yardstick,
            "ArcSwap + shared HeaderValue + insert",
            move || {
                let header = header.clone();
                let mut request = HeaderMap::new();
                sync_worker(move || {
                    let value = HeaderValue::clone(&header.load());
                    request.insert(AUTHORIZATION, value);
                    black_box(&request);
                    Ok(())
                })
            },
        ),
    ])
}
