//! The parts that a cache can be made of, each alone.

use std::hint::black_box;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use rustix::time::{ClockId, clock_gettime};

use crate::case::{Case, Kind, looping};
use crate::{Result, source};

/// The read that needs no counter of references.
pub const LOAD: &str = "ArcSwap::load";
/// The read that gives an owned token.
pub const LOAD_FULL: &str = "ArcSwap::load_full";

/// All of them.
///
/// # Errors
/// When the token is no header.
pub fn cases() -> Result<Vec<Case>> {
    let token = Arc::new(ArcSwap::from_pointee(source::token()));
    let alone = Arc::new(source::token());
    let bearer = HeaderValue::try_from(format!("Bearer {}", source::token()))?;
    let header = Arc::new(ArcSwap::from_pointee(bearer));

    let owned = token.clone();
    let yardstick = Kind::Yardstick;
    Ok(vec![
        Case::new(yardstick, "coarse clock read", || {
            looping(|| {
                // The seconds alone: to move both numbers costs as much as the reading.
                black_box(clock_gettime(ClockId::MonotonicCoarse).tv_sec);
                Ok(())
            })
        }),
        Case::new(yardstick, LOAD, move || {
            let token = token.clone();
            looping(move || {
                black_box(token.load().as_str());
                Ok(())
            })
        }),
        Case::new(yardstick, LOAD_FULL, move || {
            let token = owned.clone();
            looping(move || {
                black_box(token.load_full());
                Ok(())
            })
        }),
        Case::new(yardstick, "Arc clone + drop", move || {
            let alone = alone.clone();
            looping(move || {
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
                looping(move || {
                    let value = HeaderValue::clone(&header.load());
                    request.insert(AUTHORIZATION, value);
                    black_box(&request);
                    Ok(())
                })
            },
        ),
    ])
}
