//! The tables of the results.

/// The limit of a number.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// The largest number that meets the goal.
    AtMost(f64),
    /// The smallest number that meets the goal.
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

/// One line of a table: the name and the cells of the other columns.
#[derive(Clone, Debug)]
pub struct Row(Vec<String>);

impl Row {
    /// Creates a line of cells, or the heads of the columns.
    pub fn new<const N: usize>(cells: [&str; N]) -> Self {
        Self(cells.map(str::to_owned).to_vec())
    }

    /// Creates a line for a number with a goal.
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
