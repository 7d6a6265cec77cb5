//! The table of the results.

use std::time::Duration;

use crate::rounds::Pair;

/// The limit of a number.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// The largest number that meets the goal.
    AtMost(f64),
    /// The smallest number that meets the goal.
    AtLeast(f64),
    /// No limit: the number explains another one.
    None,
}

impl Goal {
    fn limit(self, unit: &str) -> String {
        match self {
            Self::AtMost(limit) => format!("<= {limit}{unit}"),
            Self::AtLeast(limit) => format!(">= {limit}{unit}"),
            Self::None => "-".to_owned(),
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        let met = match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
            Self::None => return "",
        };
        if met { "met" } else { "MISSED" }
    }
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row([String; 6]);

impl Row {
    /// Creates a row whose goal limits the ratio of the two times.
    pub fn ratio(name: &str, pair: Pair, goal: Goal) -> Self {
        Self([
            name.to_owned(),
            time(pair.ours),
            time(pair.floor),
            format!("{:.3}", pair.ratio),
            goal.limit(""),
            goal.verdict(pair.ratio).to_owned(),
        ])
    }

    /// Creates a row whose goal limits the ratio of the two rates. A rate is the inverse of a time.
    pub fn rate(name: &str, pair: Pair, goal: Goal) -> Self {
        let rate = |each: Duration| format!("{:.0}/s", 1.0 / each.as_secs_f64());
        let ratio = 1.0 / pair.ratio;
        Self([
            name.to_owned(),
            rate(pair.ours),
            rate(pair.floor),
            format!("{ratio:.3}"),
            goal.limit(""),
            goal.verdict(ratio).to_owned(),
        ])
    }

    /// Creates a row whose goal limits a value. It has no floor.
    pub fn value(name: &str, value: f64, unit: &str, goal: Goal) -> Self {
        let unit = format!(" {unit}");
        Self([
            name.to_owned(),
            format!("{value:.2}{unit}"),
            "-".to_owned(),
            "-".to_owned(),
            goal.limit(&unit),
            goal.verdict(value).to_owned(),
        ])
    }
}

/// Prints the rows in columns.
pub fn print(rows: &[Row]) {
    let head = Row(["what", "ours", "floor", "ratio", "goal", ""].map(str::to_owned));
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row.0[column].len());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    for row in [&head].into_iter().chain(rows) {
        let [name, numbers @ .., verdict] = &row.0;
        let numbers: Vec<String> = numbers
            .iter()
            .zip(&widths[1..])
            .map(|(cell, width)| format!("{cell:>width$}"))
            .collect();
        let line = format!("{name:<0$}  {1}  {verdict}", widths[0], numbers.join("  "));
        println!("{}", line.trim_end());
    }
}

fn time(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    if micros < 10_000.0 {
        format!("{micros:.1} us")
    } else {
        format!("{:.1} ms", micros / 1e3)
    }
}
