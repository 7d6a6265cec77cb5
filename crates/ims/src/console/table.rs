//! Tables.

use super::colour::{Palette, Tone, columns};
use super::rows::clean;
use super::wrap::shortened;

/// Aligns the columns, without spaces at the ends of lines. Cells may be coloured.
pub(crate) fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| columns(&row[column])).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let lines = rows.iter().map(|row| line(row, &widths));
    lines.collect::<Vec<_>>().join("\n")
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths);
    let padded: Vec<String> = cells
        .map(|(cell, width)| cell.clone() + &" ".repeat(width.saturating_sub(columns(cell))))
        .collect();
    padded.join("  ").trim_end().to_owned()
}

/// A table that fits a width. A column whose cells are all empty is left out.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// A column and the part of a cell that gives way to `…` if the line is too long.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    cut: Cut,
    /// True for a column that is shortened only where the others cannot be shortened more.
    is_kept_longest: bool,
}

#[derive(Clone, Copy)]
enum Cut {
    Nothing,
    /// The end, down to so many characters.
    End(usize),
    /// The middle, down to so many characters.
    Middle(usize),
}

impl Column {
    /// A column whose cells are never shortened.
    pub(crate) const fn whole(title: &'static str) -> Self {
        Self::new(title, Cut::Nothing)
    }

    /// A column whose cells differ at their start.
    pub(crate) const fn start(title: &'static str, least: usize) -> Self {
        Self::new(title, Cut::End(least))
    }

    /// A column whose cells differ at both ends, such as ids.
    pub(crate) const fn ends(title: &'static str, least: usize) -> Self {
        Self::new(title, Cut::Middle(least))
    }

    const fn new(title: &'static str, cut: Cut) -> Self {
        Self {
            title,
            cut,
            is_kept_longest: false,
        }
    }

    /// Shortens the other columns first.
    pub(crate) const fn kept_longest(self) -> Self {
        Self {
            is_kept_longest: true,
            ..self
        }
    }

    fn least(self) -> usize {
        match self.cut {
            Cut::Nothing => usize::MAX,
            Cut::End(least) | Cut::Middle(least) => least,
        }
    }

    fn shortened(self, text: &str, width: usize) -> String {
        let Cut::Middle(_) = self.cut else {
            return shortened(text, width);
        };
        let length = text.chars().count();
        if length <= width {
            return text.to_owned();
        }
        let after = width.saturating_sub(1) / 2;
        let end: String = text.chars().skip(length - after).collect();
        shortened(text, width - after) + &end
    }
}

/// The text of a cell, without control characters, and its tone.
pub(crate) struct Cell {
    text: String,
    tone: Option<Tone>,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: clean(text.as_ref()),
            tone: None,
        }
    }

    pub(crate) fn toned(text: impl AsRef<str>, tone: Tone) -> Self {
        Self {
            tone: Some(tone),
            ..Self::new(text)
        }
    }
}

impl Table {
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        let rows = Vec::new();
        Self { columns, rows }
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn push(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Returns the lines. Where they would be longer than `width`, the widest cells are shortened first.
    pub(crate) fn fit(&self, width: usize, palette: Palette) -> String {
        let is_used = |at: &usize| self.rows.iter().any(|row| !row[*at].text.is_empty());
        let used: Vec<usize> = (0..self.columns.len()).filter(is_used).collect();
        let longest = |at: &usize| {
            let cells = self.rows.iter().map(|row| row[*at].text.chars().count());
            let title = self.columns[*at].title.chars().count();
            cells.chain([title]).max().unwrap_or_default()
        };
        let mut widths: Vec<usize> = used.iter().map(longest).collect();
        let columns: Vec<Column> = used.iter().map(|at| self.columns[*at]).collect();
        shrink(&mut widths, &columns, width);
        let titles = used.iter().zip(&widths).map(|(at, width)| {
            let column = self.columns[*at];
            shortened(column.title, *width)
        });
        let titles: Vec<String> = titles.collect();
        let rows = self.rows.iter().map(|row| {
            let cells = used.iter().zip(&widths).map(|(at, width)| {
                let (cell, column) = (&row[*at], self.columns[*at]);
                let text = column.shortened(&cell.text, *width);
                match cell.tone {
                    Some(tone) => palette.paint(tone, &text),
                    None => text,
                }
            });
            cells.collect::<Vec<_>>()
        });
        let lines = std::iter::once(titles).chain(rows);
        let lines = lines.map(|cells| line(&cells, &widths));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Takes characters from the widest cells until the line fits, or nothing more may be taken.
fn shrink(widths: &mut [usize], columns: &[Column], width: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    for is_kept_longest in [false, true] {
        while widths.iter().sum::<usize>() + gaps > width {
            let may_shrink = |at: &usize| {
                let column = columns[*at];
                column.is_kept_longest == is_kept_longest && widths[*at] > column.least()
            };
            let candidates = (0..widths.len()).filter(may_shrink);
            let Some(widest) = candidates.max_by_key(|at| widths[*at]) else {
                break;
            };
            widths[widest] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::colour::ColourWish;
    use crate::console::streams::Stream;

    fn table() -> Table {
        let mut table = Table::new(vec![
            Column::whole(""),
            Column::start("name", 4).kept_longest(),
            Column::ends("client", 8),
            Column::whole("unused"),
            Column::whole("end"),
        ]);
        let client = "cm-p12345-e67890-integration-1";
        for (mark, name, end) in [("*", "author", "12 days"), ("", "assets-of-the-stage", "")] {
            table.push(vec![
                Cell::new(mark),
                Cell::new(name),
                Cell::new(client),
                Cell::new(""),
                Cell::new(end),
            ]);
        }
        table
    }

    #[test]
    fn wide_table_is_aligned_and_has_no_empty_column() {
        assert_eq!(
            table().fit(80, Palette::PLAIN),
            "   name                 client                          end\n\
             *  author               cm-p12345-e67890-integration-1  12 days\n\
             \u{20}  assets-of-the-stage  cm-p12345-e67890-integration-1"
        );
    }

    #[test]
    fn widest_cells_are_shortened_first() {
        let lines = table().fit(50, Palette::PLAIN);
        assert_eq!(
            lines,
            "   name                 client             end\n\
             *  author               cm-p1234…ration-1  12 days\n\
             \u{20}  assets-of-the-stage  cm-p1234…ration-1"
        );
        assert!(lines.lines().all(|line| line.chars().count() <= 50));
        let lines = table().fit(1, Palette::PLAIN);
        assert_eq!(
            lines,
            "   name  client    end\n\
             *  aut…  cm-p…n-1  12 days\n\
             \u{20}  ass…  cm-p…n-1"
        );
    }

    #[test]
    fn coloured_cells_stay_aligned_and_clean() {
        let mut table = Table::new(vec![Column::whole("a"), Column::whole("b")]);
        table.push(vec![Cell::toned("x\u{1b}", Tone::Problem), Cell::new("1")]);
        table.push(vec![Cell::new("long"), Cell::toned("2", Tone::Good)]);
        let palette = Palette::of(Stream::Stdout, ColourWish::Always);
        assert_eq!(
            table.fit(80, palette),
            "a     b\n\u{1b}[1;31mx\u{fffd}\u{1b}[0m    1\nlong  \u{1b}[32m2\u{1b}[0m"
        );
    }

    #[test]
    fn rows_of_texts_are_aligned() {
        let rows = [["a", "b"], ["ccc", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), "a    b\nccc");
    }
}
