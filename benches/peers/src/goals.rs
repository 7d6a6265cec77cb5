//! The goals of this library in comparison with the others.

use std::time::Duration;

use crate::case::{Case, Kind};
use crate::herd::HerdOutcome;
use crate::rounds::{Times, median, ratio};
use crate::table::{Goal, Row};
use crate::yardsticks::{LOAD, LOAD_FULL};

/// The case that borrows a token and checks its expiry.
pub const BORROWED: &str = "adobe-ims reader.token()";
/// The case that reads an owned token asynchronously.
pub const OWNED: &str = "adobe-ims provider.token()";
/// The case that puts the header into a request.
pub const HEADER: &str = "adobe-ims reader.authorize()";
/// The herd of this library.
pub const HERD: &str = "adobe-ims";

/// A case, its times and its allocations per call.
pub type MeasuredCase<'a> = (&'a Case, &'a Times, f64);

/// Returns the goals of the reads, or nothing if a case of this library or of a peer is missing.
pub fn read_goals(measured: &[MeasuredCase<'_>]) -> Option<Vec<Row>> {
    let times = |name| {
        let found = measured.iter().find(|(case, ..)| case.name == name);
        found.map(|(_, times, _)| *times)
    };
    let fastest = |kind| {
        let peers = measured.iter().filter(|(case, ..)| case.kind == kind);
        let one_thread_median = |times: &Times| median(times.one.iter().copied());
        let fastest =
            peers.min_by(|a, b| one_thread_median(a.1).total_cmp(&one_thread_median(b.1)));
        fastest.map(|(_, times, _)| *times)
    };
    let (borrowed, owned, header) = (times(BORROWED)?, times(OWNED)?, times(HEADER)?);
    let allocations = measured
        .iter()
        .filter(|(case, ..)| case.kind == Kind::Ours)
        .map(|(.., allocations)| *allocations)
        .fold(0.0, f64::max);
    let compare =
        |what, ours: &[f64], other: &[f64], goal| Row::goal(what, ratio(ours, other), goal);
    Some(vec![
        compare(
            "borrowed read / ArcSwap::load",
            &borrowed.one,
            &times(LOAD)?.one,
            Goal::AtMost(0.5),
        ),
        compare(
            "borrowed read: two threads / one",
            &borrowed.two,
            &borrowed.one,
            Goal::AtMost(1.1),
        ),
        compare(
            "async owned read / ArcSwap::load_full",
            &owned.one,
            &times(LOAD_FULL)?.one,
            Goal::AtMost(1.5),
        ),
        compare(
            "fastest peer's token / async owned read",
            &fastest(Kind::PeerToken)?.one,
            &owned.one,
            Goal::AtLeast(4.0),
        ),
        compare(
            "fastest peer's header / header into a request",
            &fastest(Kind::PeerHeader)?.one,
            &header.one,
            Goal::AtLeast(8.0),
        ),
        Row::goal("most allocations of a read", allocations, Goal::AtMost(0.0)),
    ])
}

/// Returns the goals of the herd. `latency` is the time that one caller of the bare source waits.
pub fn herd_goals(served: HerdOutcome, latency: Duration) -> Vec<Row> {
    let ratio = served.after.as_secs_f64() / latency.as_secs_f64();
    vec![
        Row::goal(
            "herd: exchanges",
            served.exchanges as f64,
            Goal::AtMost(1.0),
        ),
        Row::goal("herd: all served / latency", ratio, Goal::AtMost(1.03)),
    ]
}
