use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// The name and the content of each part, and whether the end came.
type Read = (Vec<(String, Vec<u8>)>, Result<(), Flaw>);

/// Reads an answer in pieces of these lengths, in turn.
fn read(boundary: &str, answer: &[u8], lengths: &[usize]) -> Read {
    let mut parser = Parser::new(boundary);
    let mut parts = Vec::new();
    let mut rest = answer;
    let mut lengths = lengths.iter().cycle();
    loop {
        match parser.next() {
            Ok(Some(Event::Head(head))) => {
                parts.push((head.name.unwrap_or_default(), Vec::new()));
            }
            Ok(Some(Event::Data(data))) => {
                assert!(!data.is_empty());
                parts.last_mut().unwrap().1.extend_from_slice(&data);
            }
            Ok(Some(Event::PartEnd)) => {}
            Ok(Some(Event::End)) => return (parts, Ok(())),
            Ok(None) if rest.is_empty() => parser.finish(),
            Ok(None) => {
                let length = (*lengths.next().unwrap()).clamp(1, rest.len());
                parser.push(&rest[..length]);
                rest = &rest[length..];
            }
            Err(flaw) => return (parts, Err(flaw)),
        }
    }
}

fn encode(parts: &[(String, Vec<u8>)], line: &str) -> Vec<u8> {
    let mut answer = format!("preamble{line}").into_bytes();
    for (name, content) in parts {
        let head = format!("--b0{line}Content-Disposition: attachment; name=\"{name}\"{line}");
        answer.extend_from_slice(head.as_bytes());
        answer.extend_from_slice(line.as_bytes());
        answer.extend_from_slice(content);
        answer.extend_from_slice(line.as_bytes());
    }
    answer.extend_from_slice(format!("--b0--{line}epilogue").as_bytes());
    answer
}

/// Contents of what confuses a reader: line ends, and beginnings of the boundary.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "\r\n", "\r", "\n", "-", "--", "--b", "--b0", "b0", "\r\n--b", "\n--b0", " ", "x", "",
    ]);
    vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Tells whether a content holds a line that begins with the boundary: no answer can carry it.
fn holds_boundary(content: &[u8], line: &str) -> bool {
    let text = [line.as_bytes(), content, line.as_bytes()].concat();
    let delimiter = format!("{line}--b0");
    memchr::memmem::find(&text, delimiter.as_bytes()).is_some()
}

proptest! {
    #[test]
    fn parts_are_read_whatever_the_pieces_are(
        parts in vec(("[a-z]{0,3}", content()), 1..6),
        lengths in vec(1_usize..80, 1..20),
        is_line_feed: bool,
    ) {
        let line = if is_line_feed { "\n" } else { "\r\n" };
        let is_possible = |(_, content): &(String, Vec<u8>)| {
            // Where lines end in a line feed alone, a carriage return before it belongs to it.
            let ends_in_return = is_line_feed && content.ends_with(b"\r");
            let has_both = is_line_feed && memchr::memmem::find(content, b"\r\n--b0").is_some();
            !holds_boundary(content, line) && !ends_in_return && !has_both
        };
        prop_assume!(parts.iter().all(is_possible));
        let answer = encode(&parts, line);
        let (read_parts, end) = read("b0", &answer, &lengths);
        prop_assert_eq!(read_parts, parts);
        prop_assert_eq!(end, Ok(()));
    }

    #[test]
    fn cut_answer_is_truncated(
        parts in vec(("[a-z]{0,3}", "[xy]{0,30}".prop_map(String::into_bytes)), 1..4),
        cut in 0.0_f64..1.0,
        length in 1_usize..40,
    ) {
        let answer = encode(&parts, "\r\n");
        let end = answer.len() - "--\r\nepilogue".len();
        let cut = (end as f64 * cut) as usize;
        let (_, end) = read("b0", &answer[..cut], &[length]);
        prop_assert_eq!(end, Err(Flaw::Truncated));
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in vec(any::<u8>(), 0..400), length in 1_usize..40) {
        let _ = read("b", &bytes, &[length]);
        let answer = [b"--b\r\n", &bytes[..]].concat();
        let _ = read("b", &answer, &[length]);
    }
}

#[test]
fn answers_in_each_notation_are_read() {
    let rows: &[(&str, &[&str])] = &[
        ("--b\r\n\r\nx\r\n--b--", &["x"]),
        // White space behind the boundary, and no epilogue.
        (
            "--b \t \r\n\r\nx\r\n--b  \r\n\r\ny\r\n--b--\r\n",
            &["x", "y"],
        ),
        // A part without a content, with and without its line end.
        ("--b\r\nA: b\r\n\r\n--b\r\n\r\n\r\n--b--", &["", ""]),
        ("--b--\r\n", &[]),
        ("text\r\n\r\n--b\r\n\r\nx\r\n--b--", &["x"]),
        // A boundary within a line, and a longer one, are content.
        ("--b\r\n\r\nx --b\r\n--bc\r\n--b--", &["x --b\r\n--bc"]),
        ("--b\n\nx\n--b\n\ny\r\n\n--b--", &["x", "y\r\n"]),
        // A line feed alone ends no line where the others end in both.
        ("--b\r\n\r\nx\n--b--\r\n--b--", &["x\n--b--"]),
    ];
    for (answer, expected) in rows {
        for length in 1..answer.len() + 1 {
            let (parts, end) = read("b", answer.as_bytes(), &[length]);
            let contents: Vec<_> = parts
                .iter()
                .map(|(_, content)| String::from_utf8_lossy(content).into_owned())
                .collect();
            assert_eq!(contents, *expected, "{answer:?} in pieces of {length}");
            assert_eq!(end, Ok(()), "{answer:?} in pieces of {length}");
        }
    }
}

#[test]
fn answer_that_is_no_multipart_or_too_large_is_refused() {
    let huge_head = format!("--b\r\nA: {}\r\n\r\nx\r\n--b--", "x".repeat(MAX_HEAD));
    let endless_head = format!("--b\r\nA: {}", "x".repeat(MAX_HEAD + 1));
    let preamble = "x".repeat(MAX_PREAMBLE + 100);
    let many = format!("{}--b--", "--b\r\n\r\n\r\n".repeat(MAX_PARTS + 1));
    for (answer, expected) in [
        (huge_head.as_str(), Flaw::TooLarge),
        (&endless_head, Flaw::TooLarge),
        (&preamble, Flaw::Malformed),
        (&many, Flaw::TooLarge),
        ("--b\r\nno header\r\n\r\nx\r\n--b--", Flaw::Malformed),
        ("%PDF-1.7", Flaw::Truncated),
        ("", Flaw::Truncated),
        (
            "--b\r\nContent-Length: 3\r\n\r\nab\r\n--b--",
            Flaw::Truncated,
        ),
        (
            "--b\r\nContent-Length: 1\r\n\r\nab\r\n--b--",
            Flaw::Truncated,
        ),
    ] {
        for length in [1, 1000, answer.len().max(1)] {
            let (_, end) = read("b", answer.as_bytes(), &[length]);
            let shown = &answer[..answer.len().min(40)];
            assert_eq!(end, Err(expected), "{shown:?} in pieces of {length}");
        }
    }
}

#[test]
fn content_is_passed_on_before_its_end_has_come() {
    let mut parser = Parser::new("b");
    parser.push(b"--b\r\n\r\n");
    assert!(matches!(parser.next(), Ok(Some(Event::Head(_)))));
    let mut passed = 0;
    for _ in 0..100 {
        parser.push(&[b'\n'; 1000]);
        while let Ok(Some(Event::Data(data))) = parser.next() {
            passed += data.len();
        }
        assert!(parser.buffer.len() <= 4, "{}", parser.buffer.len());
    }
    assert!(passed > 99_000);
}

#[test]
fn boundary_is_that_of_a_multipart_type() {
    for (content_type, expected) in [
        ("multipart/mixed; boundary=b", Some("b")),
        ("Multipart/Mixed;charset=x; Boundary=\"a b\"", Some("a b")),
        ("multipart/form-data", Some("")),
        ("multipart/mixed; boundary=", Some("")),
        ("application/pdf; boundary=b", None),
        ("", None),
    ] {
        let boundary = boundary_of(content_type);
        assert_eq!(boundary.as_deref(), expected, "{content_type}");
    }
    let long = format!("multipart/mixed; boundary={}", "b".repeat(201));
    assert_eq!(boundary_of(&long).as_deref(), Some(""));
}
