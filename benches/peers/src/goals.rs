//! What ours must reach beside the others.

use std::time::Duration;

use crate::case::{Case, Kind};
use crate::herd::HerdOutcome;
use crate::rounds::{Times, median, ratio};
use crate::table::{Goal, Row};
use crate::yardsticks::{LOAD, LOAD_FULL};

/// A borrowed token, checked for expiry.
pub const BORROWED: &str = "adobe-ims reader.token()";
/// An owned token of an asynchronous read.
pub const OWNED: &str = "adobe-ims provider.token()";
/// The header in a request.
pub const HEADER: &str = "adobe-ims reader.authorize()";
/// All of that without a token.
pub const HERD: &str = "adobe-ims";

/// A case and what was measured of it.
pub type MeasuredCase<'a> = (&'a Case, &'a Times, f64);

/// The goals of the reads; nothing when ours is not among the cases.
pub fn read_goals(measured: &[MeasuredCase<'_>]) -> Option<Vec<Row>> {
    let times = |name| {
        let found = measured.iter().find(|(case, ..)| case.name == name);
        found.map(|(_, times, _)| *times)
    };
    let fastest = |kind| {
        let peers = measured.iter().filter(|(case, ..)| case.kind == kind);
        let middle = |times: &Times| median(times.one.iter().copied());
        let fastest = peers.min_by(|a, b| middle(a.1).total_cmp(&middle(b.1)));
        fastest.map(|(_, times, _)| *times)
    };
    let (borrowed, owned, header) = (times(BORROWED)?, times(OWNED)?, times(HEADER)?);
    let allocations = measured
        .iter()
        .filter(|(case, ..)| case.kind == Kind::Ours)
        .map(|(.., allocations)| *allocations)
        .fold(0.0, f64::max);
    let against =
        |what, ours: &[f64], other: &[f64], goal| Row::goal(what, ratio(ours, other), goal);
    Some(vec![
        against(
            "borrowed read / ArcSwap::load",
            &borrowed.one,
            &times(LOAD)?.one,
            Goal::AtMost(0.5),
        ),
        against(
            "borrowed read: two threads / one",
            &borrowed.two,
            &borrowed.one,
            Goal::AtMost(1.1),
        ),
        against(
            "async owned read / ArcSwap::load_full",
            &owned.one,
            &times(LOAD_FULL)?.one,
            Goal::AtMost(1.5),
        ),
        against(
            "fastest peer's token / async owned read",
            &fastest(Kind::PeerToken)?.one,
            &owned.one,
            Goal::AtLeast(4.0),
        ),
        against(
            "fastest peer's header / header into a request",
            &fastest(Kind::PeerHeader)?.one,
            &header.one,
            Goal::AtLeast(8.0),
        ),
        Row::goal("most allocations of a read", allocations, Goal::AtMost(0.0)),
    ])
}

/// The goals of the herd; `alone` is what one caller of the bare source waits.
pub fn herd_goals(served: HerdOutcome, alone: Duration) -> Vec<Row> {
    let ratio = served.after.as_secs_f64() / alone.as_secs_f64();
    vec![
        Row::goal(
            "herd: exchanges",
            served.exchanges as f64,
            Goal::AtMost(1.0),
        ),
        Row::goal("herd: all served / latency", ratio, Goal::AtMost(1.03)),
    ]
}
