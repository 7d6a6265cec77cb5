//! The hint tables of a linearized file (ISO 32000-1, F.3).

/// The facts about the pages and the shared objects.
pub(super) struct Hints {
    pub(super) pages: Vec<PageHint>,
    /// The offset of the object of the first page.
    pub(super) first_page_offset: usize,
    /// The lengths of the objects of the first page, and of the other shared objects.
    pub(super) first_page_lengths: Vec<usize>,
    pub(super) shared_lengths: Vec<usize>,
    /// Number and offset of the first shared object that the first page does not use.
    pub(super) first_shared: (u32, usize),
}

/// A page: its own objects, and the places of others in the table of shared objects.
pub(super) struct PageHint {
    pub(super) objects: usize,
    pub(super) length: usize,
    pub(super) shared: Vec<usize>,
}

impl Hints {
    /// Writes the tables. Returns them with the place of the second one, that of shared objects.
    pub(super) fn write(&self) -> (Vec<u8>, usize) {
        let mut bits = Bits::default();
        self.page_table(&mut bits);
        let second = bits.bytes.len();
        self.shared_table(&mut bits);
        (bits.bytes, second)
    }

    /// As other makers do, the table says that the content of a page is the whole page.
    fn page_table(&self, bits: &mut Bits) {
        let objects = Spread::of(self.pages.iter().map(|page| page.objects));
        let lengths = Spread::of(self.pages.iter().map(|page| page.length));
        let most_shared = self.pages.iter().map(|page| page.shared.len()).max();
        let shared_width = width(most_shared.unwrap_or(0));
        let greatest_shared = self
            .pages
            .iter()
            .flat_map(|page| &page.shared)
            .copied()
            .max();
        let place_width = width(greatest_shared.unwrap_or(0));
        bits.put(objects.least, 32);
        bits.put(self.first_page_offset, 32);
        bits.put(objects.width, 16);
        bits.put(lengths.least, 32);
        bits.put(lengths.width, 16);
        bits.put(0, 32);
        bits.put(0, 16);
        bits.put(lengths.least, 32);
        bits.put(lengths.width, 16);
        bits.put(shared_width, 16);
        bits.put(place_width, 16);
        // The position within a page at which a shared object is needed: always the beginning.
        bits.put(0, 16);
        bits.put(4, 16);
        bits.row(
            self.pages.iter().map(|page| page.objects - objects.least),
            objects.width,
        );
        bits.row(
            self.pages.iter().map(|page| page.length - lengths.least),
            lengths.width,
        );
        bits.row(
            self.pages.iter().map(|page| page.shared.len()),
            shared_width,
        );
        bits.row(
            self.pages
                .iter()
                .flat_map(|page| page.shared.iter().copied()),
            place_width,
        );
        bits.row(
            self.pages.iter().map(|page| page.length - lengths.least),
            lengths.width,
        );
    }

    fn shared_table(&self, bits: &mut Bits) {
        let all = || {
            self.first_page_lengths
                .iter()
                .chain(&self.shared_lengths)
                .copied()
        };
        let lengths = Spread::of(all());
        let (number, offset) = self.first_shared;
        bits.put(usize::try_from(number).unwrap_or(0), 32);
        bits.put(offset, 32);
        bits.put(self.first_page_lengths.len(), 32);
        bits.put(
            self.first_page_lengths.len() + self.shared_lengths.len(),
            32,
        );
        bits.put(0, 16);
        bits.put(lengths.least, 32);
        bits.put(lengths.width, 16);
        bits.row(all().map(|length| length - lengths.least), lengths.width);
        // No object has a signature.
        bits.row(all().map(|_| 0), 1);
    }
}

/// The least of some numbers, and the bits for the differences from it.
struct Spread {
    least: usize,
    width: usize,
}

impl Spread {
    fn of(numbers: impl Iterator<Item = usize> + Clone) -> Self {
        let least = numbers.clone().min().unwrap_or(0);
        let greatest = numbers.max().unwrap_or(0);
        Self {
            least,
            width: width(greatest - least),
        }
    }
}

/// Returns the bits that a number needs.
fn width(number: usize) -> usize {
    (usize::BITS - number.leading_zeros()) as usize
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// The bits of the last byte that are used.
    used: usize,
}

impl Bits {
    fn put(&mut self, number: usize, width: usize) {
        for bit in (0..width).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let is_set = number >> bit & 1 == 1;
            if let Some(last) = self.bytes.last_mut()
                && is_set
            {
                *last |= 0x80 >> self.used;
            }
            self.used = (self.used + 1) % 8;
        }
    }

    /// Writes numbers. A row begins and ends with a byte.
    fn row(&mut self, numbers: impl Iterator<Item = usize>, width: usize) {
        for number in numbers {
            self.put(number, width);
        }
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_packed_and_rows_begin_with_a_byte() {
        let mut bits = Bits::default();
        bits.row([1, 2, 3].into_iter(), 3);
        bits.row([1].into_iter(), 1);
        bits.put(0x1234, 16);
        assert_eq!(
            bits.bytes,
            [0b0010_1001, 0b1000_0000, 0b1000_0000, 0x12, 0x34]
        );
        assert_eq!([0, 1, 255, 256].map(width), [0, 1, 8, 9]);
    }
}
