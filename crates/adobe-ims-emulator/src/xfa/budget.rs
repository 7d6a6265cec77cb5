//! The size that a form may have.

/// The number of objects of a form, each as often as it is on a page. A template of a few lines can
/// ask for any number of subforms.
pub(crate) const MAX_ITEMS: usize = 200_000;

/// The size of all texts, in bytes, each as often as it is on a page.
const MAX_TEXT: usize = 256 * 1024 * 1024;

/// The number of pages.
const MAX_PAGES: usize = 20_000;

/// A form has too many objects, pages or texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The rest of a form's allowed size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    items: usize,
    text: usize,
    pages: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            items: MAX_ITEMS,
            text: MAX_TEXT,
            pages: MAX_PAGES,
        }
    }
}

impl Budget {
    /// Counts an object.
    pub(crate) fn item(&mut self) -> Result<(), TooLarge> {
        self.items(1)
    }

    pub(crate) fn items(&mut self, count: usize) -> Result<(), TooLarge> {
        self.items = self.items.checked_sub(count).ok_or(TooLarge)?;
        Ok(())
    }

    /// Counts a text of so many bytes.
    pub(crate) fn text(&mut self, bytes: usize) -> Result<(), TooLarge> {
        self.text = self.text.checked_sub(bytes).ok_or(TooLarge)?;
        Ok(())
    }

    pub(crate) fn page(&mut self) -> Result<(), TooLarge> {
        self.pages = self.pages.checked_sub(1).ok_or(TooLarge)?;
        Ok(())
    }
}
