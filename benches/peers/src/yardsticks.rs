//! The parts of which a cache can consist, each measured alone.

use std::hint::black_box;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use rustix::time::{ClockId, clock_gettime};

use crate::Result;
use crate::case::{Case, Kind, sync_worker};
use crate::token::token;

/// The case that reads without a reference count.
pub const LOAD: &str = "ArcSwap::load";
/// The case that reads an owned value.
pub const LOAD_FULL: &str = "ArcSwap::load_full";

/// Returns all yardsticks.
///
/// # Errors
/// Fails when the token is not a valid header value.
pub fn cases() -> Result<Vec<Case>> {
    let text = Arc::new(ArcSwap::from_pointee(token().to_owned()));
    let shared = Arc::new(token().to_owned());
    let bearer = HeaderValue::try_from(format!("Bearer {}", token()))?;
    let header = Arc::new(ArcSwap::from_pointee(bearer));

    let owned = text.clone();
    let yardstick = Kind::Yardstick;
    Ok(vec![
        Case::new(yardstick, "coarse clock read", || {
            sync_worker(|| {
                // Only the seconds: moving both numbers costs as much as the reading.
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
            let shared = shared.clone();
            sync_worker(move || {
                black_box(Arc::clone(&shared));
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
