//! Page ranges in the form of the attribute `pages` of DDX.

use std::fmt;

use super::limits::MAX_PAGES;

/// The pages of a source, in the order of the result. The default is all pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PageRanges(Vec<Range>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    first: Bound,
    last: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    /// A page, counted from 1.
    Page(usize),
    /// The page that has so many pages behind it.
    FromEnd(usize),
}

/// The reason why pages cannot be chosen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PageRangeError {
    /// A part of the text is no page and no range.
    Syntax(String),
    /// The file does not have the page.
    NoSuchPage { page: usize, page_count: usize },
    /// More pages are chosen than the emulator writes.
    TooMany,
}

impl fmt::Display for PageRangeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(part) => write!(
                formatter,
                "\"{part}\" is no page range; write pages as in \"1,3-5,last\""
            ),
            Self::NoSuchPage { page: 0, .. } => {
                formatter.write_str("the page before the first one is asked for")
            }
            Self::NoSuchPage { page, page_count } => {
                write!(
                    formatter,
                    "page {page} is asked for, but the document has {page_count} pages"
                )
            }
            Self::TooMany => write!(formatter, "more than {MAX_PAGES} pages are chosen"),
        }
    }
}

impl std::error::Error for PageRangeError {}

impl PageRanges {
    /// Reads a list of pages and ranges. `last` and `penultimate` are pages, a range may run
    /// backwards, and an empty text means all pages.
    ///
    /// # Errors
    ///
    /// A part is no page and no range.
    pub(crate) fn parse(text: &str) -> Result<Self, PageRangeError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        text.split(',')
            .map(range)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns the ranges that choose the pages from `first` up to, and without, `end`.
    pub(super) fn between(first: usize, end: usize) -> Self {
        Self(vec![Range {
            first: Bound::Page(first + 1),
            last: Bound::Page(end),
        }])
    }

    /// Returns the chosen pages, counted from 0.
    ///
    /// # Errors
    ///
    /// A page does not exist, or too many are chosen.
    pub(crate) fn resolve(&self, page_count: usize) -> Result<Vec<usize>, PageRangeError> {
        if self.0.is_empty() {
            return Ok((0..page_count).collect());
        }
        let mut pages = Vec::new();
        for range in &self.0 {
            let (first, last) = (
                range.first.index(page_count)?,
                range.last.index(page_count)?,
            );
            if pages.len() + first.abs_diff(last) >= MAX_PAGES {
                return Err(PageRangeError::TooMany);
            }
            if first <= last {
                pages.extend(first..=last);
            } else {
                pages.extend((last..=first).rev());
            }
        }
        Ok(pages)
    }
}

impl Bound {
    fn index(self, page_count: usize) -> Result<usize, PageRangeError> {
        let page = match self {
            Self::Page(page) => page,
            Self::FromEnd(behind) => page_count.saturating_sub(behind),
        };
        if page == 0 || page > page_count {
            return Err(PageRangeError::NoSuchPage { page, page_count });
        }
        Ok(page - 1)
    }
}

fn range(part: &str) -> Result<Range, PageRangeError> {
    let part = part.trim();
    let syntax = || PageRangeError::Syntax(part.chars().take(40).collect());
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    Ok(Range {
        first: bound(first).ok_or_else(syntax)?,
        last: bound(last).ok_or_else(syntax)?,
    })
}

fn bound(text: &str) -> Option<Bound> {
    match text.trim() {
        "last" => Some(Bound::FromEnd(0)),
        "penultimate" => Some(Bound::FromEnd(1)),
        page if page.bytes().all(|byte| byte.is_ascii_digit()) => {
            page.parse().ok().filter(|page| *page > 0).map(Bound::Page)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_choose_pages_in_their_order() {
        let cases: [(&str, &[usize]); 9] = [
            ("", &[1, 2, 3, 4, 5]),
            ("1", &[1]),
            ("2-4", &[2, 3, 4]),
            ("last", &[5]),
            ("1-last", &[1, 2, 3, 4, 5]),
            ("5-1", &[5, 4, 3, 2, 1]),
            ("last-4, 1 ,1", &[5, 4, 1, 1]),
            ("penultimate", &[4]),
            (" 2 - last ", &[2, 3, 4, 5]),
        ];
        for (text, expected) in cases {
            let pages = PageRanges::parse(text).unwrap().resolve(5).unwrap();
            let pages: Vec<usize> = pages.into_iter().map(|page| page + 1).collect();
            assert_eq!(pages, expected, "{text}");
        }
        assert_eq!(PageRanges::between(1, 3).resolve(5), Ok(vec![1, 2]));
    }

    #[test]
    fn wrong_ranges_are_refused_with_their_part() {
        for text in [
            "0",
            "1-",
            "-",
            "-3",
            "a",
            "1,,2",
            "1-2-3",
            "+1",
            "²",
            "99999999999999999999",
            "Last",
        ] {
            let error = PageRanges::parse(text).unwrap_err();
            assert!(matches!(error, PageRangeError::Syntax(_)), "{text}");
        }
    }

    #[test]
    fn pages_that_do_not_exist_are_refused() {
        let resolve = |text: &str, count| PageRanges::parse(text).unwrap().resolve(count);
        assert_eq!(
            resolve("6", 5),
            Err(PageRangeError::NoSuchPage {
                page: 6,
                page_count: 5
            })
        );
        assert_eq!(
            resolve("penultimate", 1),
            Err(PageRangeError::NoSuchPage {
                page: 0,
                page_count: 1
            })
        );
        let many = vec!["1-last"; 100].join(",");
        assert_eq!(resolve(&many, 1_000), Err(PageRangeError::TooMany));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}", count in 0_usize..100) {
            if let Ok(ranges) = PageRanges::parse(&text)
                && let Ok(pages) = ranges.resolve(count)
            {
                prop_assert!(pages.iter().all(|page| *page < count));
            }
        }
    }
}
