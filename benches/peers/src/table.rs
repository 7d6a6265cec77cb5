//! What was measured, a line each.

/// What a number must not exceed or fall below.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// It must not be larger.
    AtMost(f64),
    /// It must not be smaller.
    AtLeast(f64),
}

impl Goal {
    fn limit(self) -> String {
        match self {
            Self::AtMost(limit) => format!("<= {limit}"),
            Self::AtLeast(limit) => format!(">= {limit}"),
        }
    }

    fn met(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

/// One line of a table: what it is about, and what stands in the columns.
#[derive(Clone, Debug)]
pub struct Row(Vec<String>);

impl Row {
    /// A line of cells, or the heads of the columns.
    pub fn new<const N: usize>(cells: [&str; N]) -> Self {
        Self(cells.map(str::to_owned).to_vec())
    }

    /// A number that is to reach something.
    pub fn goal(name: &str, value: f64, goal: Goal) -> Self {
        let verdict = if goal.met(value) { "met" } else { "MISSED" };
        Self::new([name, &format!("{value:.3}"), &goal.limit(), verdict])
    }
}

/// Prints the lines in columns, and an empty line after them.
pub fn print(head: Row, rows: Vec<Row>) {
    let lines: Vec<Row> = [head].into_iter().chain(rows).collect();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.0.get(column));
        cells.map(String::len).max().unwrap_or(0)
    };
    for line in &lines {
        let mut text = String::new();
        for (column, cell) in line.0.iter().enumerate() {
            let width = width(column);
            if column == 0 {
                text.push_str(&format!("{cell:<width$}"));
            } else {
                text.push_str(&format!("  {cell:>width$}"));
            }
        }
        println!("{}", text.trim_end());
    }
    println!();
}
