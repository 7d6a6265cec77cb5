//! The pages of a template: medium, content area, and what is on every page.

use roxmltree::Node;

use crate::xfa::content::{area, child};
use crate::xfa::item::Item;
use crate::xfa::measurement::points;
use crate::xml::is_named;

/// The margin of a page without content area.
const MARGIN: f64 = 18.0;

/// A kind of page.
#[derive(Clone, Debug)]
pub(crate) struct PageArea {
    /// The name and the id, by which a page break can ask for the page.
    pub(crate) names: Vec<String>,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) content: ContentArea,
    /// The number of pages in a row that may be of this kind.
    pub(crate) max: usize,
    /// The objects on every page of this kind.
    pub(crate) items: Vec<Item>,
}

/// The part of a page that the flow of the form fills.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContentArea {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Returns the page areas of the root subform, with the elements that they come from. A page set
/// may have other page sets in it.
pub(crate) fn elements<'a>(root: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    let page_sets = root.children().filter(|child| is_named(*child, "pageSet"));
    page_sets
        .flat_map(|page_set| page_set.descendants())
        .filter(|node| is_named(*node, "pageArea"))
        .collect()
}

impl PageArea {
    /// Reads a page area. Its items are added later.
    pub(crate) fn new(node: Node<'_, '_>) -> Self {
        let (width, height) = child(node, "medium").map_or(LETTER, medium);
        let content = child(node, "contentArea").map(|element| {
            let area = area(element);
            ContentArea {
                x: area.x,
                y: area.y,
                width: area.width.unwrap_or(width - area.x),
                height: area.height.unwrap_or(height - area.y),
            }
        });
        let names = ["name", "id"].map(|name| node.attribute(name));
        let max = child(node, "occur").and_then(|occur| occur.attribute("max")?.parse().ok());
        Self {
            names: names.into_iter().flatten().map(str::to_owned).collect(),
            width,
            height,
            content: content.unwrap_or_else(|| inner(width, height)),
            max: max.unwrap_or(usize::MAX).max(1),
            items: Vec::new(),
        }
    }

    /// Returns the page of a template without page set.
    pub(crate) fn letter() -> Self {
        let (width, height) = LETTER;
        Self {
            names: Vec::new(),
            width,
            height,
            content: inner(width, height),
            max: usize::MAX,
            items: Vec::new(),
        }
    }
}

fn inner(width: f64, height: f64) -> ContentArea {
    ContentArea {
        x: MARGIN,
        y: MARGIN,
        width: width - 2.0 * MARGIN,
        height: height - 2.0 * MARGIN,
    }
}

const LETTER: (f64, f64) = (612.0, 792.0);

/// Returns the width and the height of a medium. Its sides have the range that PDF allows.
fn medium(node: Node<'_, '_>) -> (f64, f64) {
    let side = |name| points(node.attribute(name)?).filter(|side| *side >= 3.0);
    let stock = match node
        .attribute("stock")
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "a3" => (841.89, 1190.55),
        "a4" => (595.28, 841.89),
        "a5" => (419.53, 595.28),
        "legal" => (612.0, 1008.0),
        _ => LETTER,
    };
    let short = side("short").unwrap_or(stock.0);
    let long = side("long").unwrap_or(stock.1);
    if node.attribute("orientation") == Some("landscape") {
        (long, short)
    } else {
        (short, long)
    }
}
