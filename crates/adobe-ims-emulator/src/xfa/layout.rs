//! Placing items on pages.

use crate::pdf::{Frame, Page, Text};
use crate::xfa::budget::{Budget, TooLarge};
use crate::xfa::item::{
    FieldContent, FieldStyle, Item, Kind, Layout, PageTarget, Piece, Side, TextContent,
};
use crate::xfa::page_area::PageArea;
use crate::xfa::sizes::{LINE, PADDING, Sized, height_of, lines, measure, text_width, wrap};

/// Places the root subform on pages.
pub(crate) fn place(
    root: &Item,
    page_areas: &[PageArea],
    budget: Budget,
) -> Result<Vec<Page>, TooLarge> {
    let mut flow = Flow {
        page_areas,
        weights: page_areas.iter().map(Weight::of_page).collect(),
        budget,
        kind: 0,
        in_row: 0,
        pages: Vec::new(),
        y: 0.0,
        pending: None,
    };
    if let Some(target) = first_target(root) {
        flow.kind = flow.target(target).unwrap_or_default();
    }
    flow.new_page(None)?;
    let width = flow.area().content.width;
    let sized = measure(root, width);
    let x = flow.area().content.x;
    flow.flow(&sized, x)?;
    Ok(flow.pages)
}

/// Returns the target of a break before the first content. It chooses the first page, and makes no
/// page of its own.
fn first_target(item: &Item) -> Option<&PageTarget> {
    if let Some(target) = &item.breaks.before {
        return Some(target);
    }
    match &item.kind {
        Kind::Container(container) if container.layout == Layout::TopToBottom => {
            first_target(container.children.first()?)
        }
        _ => None,
    }
}

/// The number of objects, and the size of their texts.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    items: usize,
    text: usize,
}

impl Weight {
    fn of_page(area: &PageArea) -> Self {
        let mut weight = Self::default();
        area.items.iter().for_each(|item| weight.add(item));
        weight
    }

    fn add(&mut self, item: &Item) {
        self.items += 1;
        match &item.kind {
            Kind::Container(container) => container.children.iter().for_each(|item| self.add(item)),
            Kind::Text(text) => self.text += text.len(),
            Kind::Field(field) => {
                let caption = field.caption.as_ref();
                self.text += field.value.len() + caption.map_or(0, |caption| caption.text.len());
            }
            Kind::Rectangle => {}
        }
    }
}

struct Flow<'a> {
    page_areas: &'a [PageArea],
    /// The objects and texts that each kind of page has on every page.
    weights: Vec<Weight>,
    budget: Budget,
    /// The kind of the current page.
    kind: usize,
    /// The number of pages of this kind in a row.
    in_row: usize,
    pages: Vec<Page>,
    /// The top of the free room on the current page.
    y: f64,
    /// A break after the last item. It takes effect when another item follows.
    pending: Option<PageTarget>,
}

impl Flow<'_> {
    fn area(&self) -> &PageArea {
        &self.page_areas[self.kind]
    }

    fn target(&self, target: &PageTarget) -> Option<usize> {
        let name = target.0.as_ref()?;
        let mut areas = self.page_areas.iter();
        areas.position(|area| area.names.contains(name))
    }

    /// Begins a page, of the kind that a break asks for or that comes next.
    fn new_page(&mut self, target: Option<&PageTarget>) -> Result<(), TooLarge> {
        let wanted = target.and_then(|target| self.target(target));
        let is_used_up = self.in_row >= self.area().max && self.kind + 1 < self.page_areas.len();
        let kind = match wanted {
            Some(kind) => kind,
            None if is_used_up => self.kind + 1,
            None => self.kind,
        };
        self.in_row = if kind == self.kind {
            self.in_row + 1
        } else {
            1
        };
        self.kind = kind;
        self.budget.page()?;
        self.budget.items(self.weights[kind].items)?;
        self.budget.text(self.weights[kind].text)?;
        let area = self.area();
        let mut page = Page::new(area.width, area.height);
        for item in &area.items {
            let sized = measure(item, area.width);
            draw(&sized, item.area.x, item.area.y, &mut page);
        }
        self.y = area.content.y;
        self.pages.push(page);
        Ok(())
    }

    fn is_at_top(&self) -> bool {
        self.y <= self.area().content.y + 0.01
    }

    fn bottom(&self) -> f64 {
        self.area().content.y + self.area().content.height
    }

    /// Places an item below what is there, and goes on to further pages.
    fn flow(&mut self, sized: &Sized<'_>, x: f64) -> Result<(), TooLarge> {
        let breaks = &sized.item.breaks;
        let target = self.pending.take().or_else(|| breaks.before.clone());
        if target.is_some() && !self.is_at_top() {
            self.new_page(target.as_ref())?;
        }
        match &sized.item.kind {
            Kind::Container(container)
                if matches!(container.layout, Layout::TopToBottom | Layout::Table) =>
            {
                self.flow_children(sized, x)?;
            }
            _ => self.put(sized, x)?,
        }
        if breaks.after.is_some() {
            self.pending.clone_from(&breaks.after);
        }
        Ok(())
    }

    fn flow_children(&mut self, sized: &Sized<'_>, x: f64) -> Result<(), TooLarge> {
        let (page, top) = (self.pages.len(), self.y);
        let insets = sized.item.area.insets;
        self.y += insets.top;
        for child in &sized.children {
            self.flow(child, x + insets.left)?;
        }
        self.y += insets.bottom;
        if self.pages.len() == page {
            let least = sized.item.area.height.unwrap_or_default();
            self.y = self.y.max(top + least.max(sized.item.area.min_height));
        }
        Ok(())
    }

    /// Places an item as a whole, on the next page if it does not fit here.
    fn put(&mut self, sized: &Sized<'_>, x: f64) -> Result<(), TooLarge> {
        if self.y + sized.height > self.bottom() + 0.01 && !self.is_at_top() {
            self.new_page(None)?;
        }
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            draw(sized, x, y, page);
        }
        self.y += sized.height;
        Ok(())
    }
}

/// Draws an item with its top left corner at a place of the page.
fn draw(sized: &Sized<'_>, x: f64, y: f64, page: &mut Page) {
    let insets = sized.item.area.insets;
    let (left, top) = (x + insets.left, y + insets.top);
    match &sized.item.kind {
        Kind::Text(text) => draw_text(text, sized, (left, top), page),
        Kind::Field(field) => draw_field(field, sized, (left, top), page),
        Kind::Rectangle => page.frames.push(frame(x, y, sized.width, sized.height)),
        Kind::Container(container) => match container.layout {
            Layout::Position => {
                for child in &sized.children {
                    let area = &child.item.area;
                    let x = left + area.x - area.anchor.0 * child.width;
                    let y = top + area.y - area.anchor.1 * child.height;
                    draw(child, x, y, page);
                }
            }
            Layout::TopToBottom | Layout::Table => {
                let mut y = top;
                for child in &sized.children {
                    draw(child, left, y, page);
                    y += child.height;
                }
            }
            Layout::Row => draw_line(&sized.children, left, top, page),
            Layout::LeftToRight => {
                let mut y = top;
                let inside = sized.width - insets.left - insets.right;
                for line in lines(&sized.children, inside) {
                    draw_line(line, left, y, page);
                    y += height_of(line);
                }
            }
        },
    }
}

fn draw_line(line: &[Sized<'_>], mut x: f64, y: f64, page: &mut Page) {
    for child in line {
        draw(child, x, y, page);
        x += child.width;
    }
}

fn draw_text(text: &TextContent, sized: &Sized<'_>, (x, y): (f64, f64), page: &mut Page) {
    let literal = |piece: &Piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::FieldId(_) => String::new(),
    };
    let whole: String = text.pieces.iter().map(literal).collect();
    if whole.trim().is_empty() {
        return;
    }
    let lines = wrap(whole.trim_end(), text.size, sized.item.area.width);
    page.texts
        .push(Text::new(x + PADDING, y, text.size, lines.join("\n")));
}

fn draw_field(field: &FieldContent, sized: &Sized<'_>, (x, y): (f64, f64), page: &mut Page) {
    let insets = sized.item.area.insets;
    let mut value = Rectangle {
        x,
        y,
        width: (sized.width - insets.left - insets.right).max(1.0),
        height: (sized.height - insets.top - insets.bottom).max(1.0),
    };
    if let Some(caption) = &field.caption {
        let place = value.cut(caption.side, field.caption_room());
        place.write(&caption.text, field.size, page);
    }
    if field.style == FieldStyle::Box {
        page.frames
            .push(frame(value.x, value.y, value.width, value.height));
    }
    value.write(&field.value, field.size, page);
}

impl FieldContent {
    /// Returns the width of a caption beside the value, or the height of one above or below it.
    fn caption_room(&self) -> f64 {
        let Some(caption) = &self.caption else {
            return 0.0;
        };
        let needed = match caption.side {
            Side::Left | Side::Right => text_width(&caption.text, self.size) + 2.0 * PADDING,
            Side::Top | Side::Bottom => self.size * LINE,
        };
        caption.reserve.unwrap_or(needed)
    }
}

#[derive(Clone, Copy)]
struct Rectangle {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Rectangle {
    /// Cuts off a part at one side, and returns it. Some room is always left.
    fn cut(&mut self, side: Side, room: f64) -> Self {
        let mut part = *self;
        match side {
            Side::Left | Side::Right => {
                part.width = room.min(0.8 * self.width);
                self.width -= part.width;
            }
            Side::Top | Side::Bottom => {
                part.height = room.min(0.8 * self.height);
                self.height -= part.height;
            }
        }
        match side {
            Side::Left => self.x += part.width,
            Side::Right => part.x += self.width,
            Side::Top => self.y += part.height,
            Side::Bottom => part.y += self.height,
        }
        part
    }

    /// Writes a text into the rectangle, its lines in the middle if there is room.
    fn write(&self, text: &str, size: f64, page: &mut Page) {
        if text.is_empty() {
            return;
        }
        let needed = text.split('\n').count() as f64 * size * LINE;
        let top = ((self.height - needed) / 2.0).max(0.0);
        let width = (self.width - 2.0 * PADDING).max(1.0);
        let text = Text::new(self.x + PADDING, self.y + top, size, text).within(width);
        page.texts.push(text);
    }
}

fn frame(x: f64, y: f64, width: f64, height: f64) -> Frame {
    Frame {
        x,
        y,
        width,
        height,
    }
}
