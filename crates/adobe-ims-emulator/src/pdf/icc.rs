//! A colour profile for sRGB.

/// Returns an ICC profile (version 2.1) of a display with the primaries and the white of sRGB
/// (IEC 61966-2-1). Its tone curve is the gamma 2.2, which sRGB approximates.
pub(super) fn srgb() -> Vec<u8> {
    let curve = curve(2.2);
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description("sRGB IEC61966-2.1")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"rXYZ", xyz([0.4361, 0.2225, 0.0139])),
        (b"gXYZ", xyz([0.3851, 0.7169, 0.0971])),
        (b"bXYZ", xyz([0.1431, 0.0606, 0.7141])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = u32_bytes(tags.len()).to_vec();
    let mut data = Vec::new();
    let data_start = HEADER + 4 + 12 * tags.len();
    for (signature, content) in tags {
        table.extend(signature);
        table.extend(u32_bytes(data_start + data.len()));
        table.extend(u32_bytes(content.len()));
        data.extend(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = header(data_start + data.len());
    profile.extend(table);
    profile.extend(data);
    profile
}

const HEADER: usize = 128;

fn header(length: usize) -> Vec<u8> {
    let mut header = vec![0; HEADER];
    let fields: [(usize, &[u8]); 8] = [
        (0, &u32_bytes(length)),
        (8, &[2, 0x10, 0, 0]),
        (12, b"mntrRGB XYZ "),
        // The date of creation: 2000-01-01.
        (24, &[0x07, 0xd0, 0, 1, 0, 1]),
        (36, b"acsp"),
        (68, &fixed(0.9642)),
        (72, &fixed(1.0)),
        (76, &fixed(0.8249)),
    ];
    for (place, bytes) in fields {
        header[place..place + bytes.len()].copy_from_slice(bytes);
    }
    header
}

fn description(text: &str) -> Vec<u8> {
    let mut tag = b"desc\0\0\0\0".to_vec();
    tag.extend(u32_bytes(text.len() + 1));
    tag.extend(text.as_bytes());
    // The end of the text, then no Unicode text and no text for Macintosh.
    tag.resize(tag.len() + 1 + 4 + 4 + 2 + 1 + 67, 0);
    tag
}

fn text(text: &str) -> Vec<u8> {
    let mut tag = b"text\0\0\0\0".to_vec();
    tag.extend(text.as_bytes());
    tag.push(0);
    tag
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    tag.extend(values.iter().flat_map(|value| fixed(*value)));
    tag
}

fn curve(gamma: f64) -> Vec<u8> {
    let mut tag = b"curv\0\0\0\0\0\0\0\x01".to_vec();
    // A number with 8 bits behind the point: the middle of a fixed one.
    let [_, high, low, _] = fixed(gamma);
    tag.extend([high, low]);
    tag
}

/// Returns a number with 16 bits behind the point.
#[expect(clippy::cast_possible_truncation, reason = "the constants are small")]
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

fn u32_bytes(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lie_within_the_profile_at_multiples_of_four() {
        let profile = srgb();
        let number =
            |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(number(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        for tag in 0..number(128) {
            let entry = 132 + 12 * tag;
            let (start, length) = (number(entry + 4), number(entry + 8));
            assert_eq!(start % 4, 0);
            assert!(start + length <= profile.len());
        }
    }
}
