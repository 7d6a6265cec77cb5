//! Records from folders and files, their XML and their file names.

use std::fs;
use std::path::{Path, PathBuf};

use aem_forms::Error;
use aem_forms::records::{FileNamePattern, Plan, Record, RecordSource, json_to_xml};
use proptest::prelude::*;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("the file is written");
        path.to_string_lossy().into_owned()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn source(text: &str) -> RecordSource {
    RecordSource::open(text).expect("the source opens")
}

fn records(text: &str) -> Vec<Record> {
    source(text)
        .records()
        .expect("the records are read")
        .collect()
}

/// Returns the element that a record becomes.
fn element(record: &Record) -> String {
    let xml = record.to_xml("f").expect("it becomes XML");
    let (_, element) = xml.as_str().split_once("?>\n").expect("a declaration");
    element.to_owned()
}

fn refused(error: Result<impl Sized, Error>) -> (String, String) {
    let error = error.err().expect("it is refused");
    (error.cause().id().to_owned(), error.to_string())
}

#[test]
fn rows_of_csv_become_elements() {
    let folder = Folder::new();
    let rows = [
        (
            "a,b\n1,\"x, \"\"y\"\"\nz\"\n",
            vec!["<f><a>1</a><b>x, \"y\"\nz</b></f>"],
        ),
        (
            "\u{feff}a;b\r\n1;2,5\r\n\r\n3;4",
            vec!["<f><a>1</a><b>2,5</b></f>", "<f><a>3</a><b>4</b></f>"],
        ),
        (
            "a\tb\n<&>\t]]>\n",
            vec!["<f><a>&lt;&amp;&gt;</a><b>]]&gt;</b></f>"],
        ),
        ("a\n1\n", vec!["<f><a>1</a></f>"]),
        ("\"a;b\",c\n1,2\n", vec![]),
        (
            "p.a,p.b,q\n1,2,\n",
            vec!["<f><p><a>1</a><b>2</b></p><q></q></f>"],
        ),
        (
            "i.a,i.b,i.a,i.b,t,t\n1,2,3,4,5,6\n",
            vec!["<f><i><a>1</a><b>2</b></i><i><a>3</a><b>4</b></i><t>5</t><t>6</t></f>"],
        ),
        (" a , b\n1,2\n", vec!["<f><a>1</a><b>2</b></f>"]),
        ("a\n", vec![]),
    ];
    for (text, expected) in rows {
        let file = folder.write("data.csv", text);
        if text.starts_with('"') {
            let (id, message) = refused(RecordSource::open(&file));
            assert_eq!(id, "name-not-xml");
            assert!(
                message.contains("data.csv:1:1") && message.contains("column 1"),
                "{message}"
            );
            continue;
        }
        let found: Vec<String> = records(&file).iter().map(element).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn a_row_with_a_fault_fails_alone() {
    let folder = Folder::new();
    let file = folder.write("data.csv", b"a,b\n1,2\n1\n1,2,3\n\xFF,2\n\"5\n6\",7\n8,9\n");
    let records = records(&file);
    let lines: Vec<_> = records
        .iter()
        .map(|it| (it.place().line, it.error().is_some()))
        .collect();
    let expected = [
        (2, false),
        (3, true),
        (4, true),
        (5, true),
        (6, false),
        (8, false),
    ];
    assert_eq!(
        lines,
        expected.map(|(line, is_error)| (Some(line), is_error))
    );
    let (id, message) = refused(records[1].to_xml("f"));
    assert_eq!(id, "record-unreadable");
    assert!(
        message.contains("data.csv:3") && message.contains("1 values"),
        "{message}"
    );
    assert!(
        records[3]
            .error()
            .expect("an error")
            .hint
            .as_ref()
            .is_some_and(|it| it.contains("UTF-8"))
    );
}

#[test]
fn a_file_that_is_cut_off_fails_alone() {
    let folder = Folder::new();
    folder.write("a.xml", "<f><a>1</a></f>");
    folder.write("b.xml", "<f><a>1</a>");
    let records = records(&folder.path().to_string_lossy());
    assert_eq!(element(&records[0]), "<f><a>1</a></f>");
    let (id, message) = refused(records[1].to_xml("f"));
    assert_eq!(id, "xml-malformed");
    assert!(message.contains("b.xml:1:"), "{message}");
}

#[test]
fn files_of_records_with_a_fault_are_refused() {
    let folder = Folder::new();
    let rows = [
        ("a.csv", "", "records-malformed", "header"),
        ("a.csv", "a,b c\n", "name-not-xml", "\"b c\""),
        ("a.csv", "a,\n", "name-not-xml", "column 2"),
        ("a.csv", "a.,b\n", "name-not-xml", "column 1"),
        ("a.csv", "a,a.b\n", "record-unreadable", "\"a\" is a value"),
        ("a.csv", "a.b,a\n", "record-unreadable", "\"a\" is a value"),
        ("a.json", "[1,\n 2", "records-malformed", "a.json:2:2"),
        ("a.json", "nothing", "records-malformed", "no JSON"),
        ("a.xml#r", "<list/>", "records-malformed", "\"r\""),
        ("a.xml#r", "<list>", "xml-malformed", "ends"),
        ("a.xml", "<list/>", "records-malformed", "not named"),
        ("a.doc", "x", "records-malformed", "not known"),
    ];
    for (name, text, id, words) in rows {
        let (file, element) = name.split_once('#').unwrap_or((name, ""));
        let path = folder.write(file, text);
        let path = if element.is_empty() {
            path
        } else {
            format!("{path}#{element}")
        };
        let (found, message) = refused(RecordSource::open(&path));
        assert_eq!(found, id, "{name} {text}");
        assert!(message.contains(words), "{message}");
    }
    folder.write("utf16.csv", b"\xFF\xFEa\0");
    let path = folder.path().join("utf16.csv");
    assert!(
        refused(RecordSource::open(&path.to_string_lossy()))
            .1
            .contains("UTF-16")
    );
    let missing = folder.path().join("missing.csv");
    assert_eq!(
        refused(RecordSource::open(&missing.to_string_lossy())).0,
        "document-unreadable"
    );
}

#[test]
fn json_becomes_elements() {
    let rows = [
        (
            r#"{"a":"x","b":1.10,"c":true,"d":null,"e":12345678901234567890123}"#,
            "<f><a>x</a><b>1.10</b><c>true</c><d></d><e>12345678901234567890123</e></f>",
        ),
        (
            r#"{"a":{"b":{"c":1}},"a.b.d":2}"#,
            "<f><a><b><c>1</c><d>2</d></b></a></f>",
        ),
        (
            r#"{"i":[{"n":1},{"n":2}],"t":["x","y"],"u":[]}"#,
            "<f><i><n>1</n></i><i><n>2</n></i><t>x</t><t>y</t></f>",
        ),
        (r#"{"f":{"a":1}}"#, "<f><a>1</a></f>"),
        (r#"{"f":{"a":1},"b":2}"#, "<f><f><a>1</a></f><b>2</b></f>"),
        (
            r#"{"a":"<&\r\n\u0007>"}"#,
            "<f><a>&lt;&amp;&#13;\n&gt;</a></f>",
        ),
        ("{}", "<f></f>"),
    ];
    for (json, expected) in rows {
        let xml = json_to_xml("a.json", json.as_bytes(), "f").expect("it becomes XML");
        assert!(xml.as_str().ends_with(expected), "{}", xml.as_str());
        assert_eq!(xml.notes().len(), usize::from(json.contains("u0007")));
    }
    let rows = [
        ("[]", "record-unreadable", "no JSON object"),
        ("{\"a b\":1}", "name-not-xml", "\"a b\""),
        ("{\"a\":1,\"@b\":2}", "name-not-xml", "@b"),
        ("{\"\":1}", "name-not-xml", ""),
        ("{\"a\":[1,[2]]}", "record-unreadable", "stands in a list"),
        (
            "{\"a\":[1,{\"b\":2}]}",
            "record-unreadable",
            "\"a\" is a value",
        ),
        ("{\n\"a\":}", "record-unreadable", "a.json:2:5"),
    ];
    for (json, id, words) in rows {
        let (found, message) = refused(json_to_xml("a.json", json.as_bytes(), "f"));
        assert_eq!(found, id, "{json}");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn lines_and_lists_of_json_are_records() {
    let folder = Folder::new();
    let lines = folder.write(
        "a.jsonl",
        "\u{feff}{\"name\":\"A\"}\n\n{\"a\":\n{\"p\":{\"q\":\"B\"}}\r\n[1]\n{\"name\":\" \"}",
    );
    let list = folder.write("a.json", "[\n{\"name\":\"A\"},\n {\"name\":2},\n3]");
    let one = folder.write("b.json", "{\"name\":\"A\"}");
    let found: Vec<_> = records(&lines)
        .iter()
        .map(|it| {
            (
                it.number(),
                it.place().line,
                it.name(),
                it.error().is_some(),
            )
        })
        .collect();
    let expected = [
        (1, 1, "A", false),
        (2, 3, "2", true),
        (3, 4, "3", false),
        (4, 5, "4", true),
        (5, 6, "5", false),
    ];
    let expected =
        expected.map(|(number, line, name, fault)| (number, Some(line), name.to_owned(), fault));
    assert_eq!(found, expected);
    assert_eq!(records(&lines)[2].field("p.q").as_deref(), Some("B"));
    let found: Vec<_> = records(&list)
        .iter()
        .map(|it| (it.place().line, it.name(), it.error().is_some()))
        .collect();
    assert_eq!(
        found,
        [
            (Some(2), "A".to_owned(), false),
            (Some(3), "2".to_owned(), false),
            (Some(4), "3".to_owned(), true)
        ]
    );
    assert_eq!(records(&one).len(), 1);
}

#[test]
fn elements_of_xml_keep_their_namespaces() {
    let folder = Folder::new();
    let text = "<?xml version='1.0' encoding='ISO-8859-1'?><p:list xmlns:p='urn:p' xmlns='urn:d' xmlns:q='a&amp;b'>\n\
        <r id='7' q:k='v'><name>\u{e4}</name><p:x/></r><g>\n<r xmlns='' xmlns:p='urn:p'><name>2</name><r/></r></g></p:list>";
    let bytes: Vec<u8> = text.chars().map(|it| u32::from(it) as u8).collect();
    let file = folder.write("a.xml", bytes);
    let records = records(&format!("{file}#r"));
    assert_eq!(records.len(), 2);
    assert_eq!(
        (records[1].place().line, records[1].place().column),
        (Some(3), Some(1))
    );
    assert_eq!(records[0].name(), "ä");
    assert_eq!(records[0].field("id").as_deref(), Some("7"));
    let first = element(&records[0]);
    let document = roxmltree::Document::parse(&first).expect("it is XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().namespace(), Some("urn:d"));
    assert_eq!(root.attribute(("a&b", "k")), Some("v"));
    let inner = root.last_element_child().expect("a child");
    assert_eq!(inner.tag_name().namespace(), Some("urn:p"));
    let second = element(&records[1]);
    let document = roxmltree::Document::parse(&second).expect("it is XML");
    let namespace = document.root_element().tag_name().namespace();
    assert_eq!(namespace.unwrap_or_default(), "");
}

#[test]
fn files_of_a_folder_are_records() {
    let folder = Folder::new();
    for (name, text) in [
        (
            "b.xml",
            "<?xml version='1.0' encoding='ISO-8859-1'?><b>\u{fc}</b>",
        ),
        ("a.JSON", "{\"x\":1}"),
        ("c.txt", ""),
        (".d.xml", "<d/>"),
    ] {
        folder.write(
            name,
            text.chars()
                .map(|it| u32::from(it) as u8)
                .collect::<Vec<_>>(),
        );
    }
    let records = records(&folder.path().to_string_lossy());
    let names: Vec<String> = records.iter().map(Record::name).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(element(&records[0]), "<f><x>1</x></f>");
    assert_eq!(element(&records[1]), "<b>ü</b>");
    assert!(records[0].file().is_none());
    assert!(records[1].file().is_some_and(|it| it.ends_with("b.xml")));
    let empty = Folder::new();
    assert_eq!(
        refused(RecordSource::open(&empty.path().to_string_lossy())).0,
        "records-malformed"
    );
}

#[test]
fn file_names_stay_in_their_folder() {
    let folder = Folder::new();
    let rows = [
        ("../../etc/passwd", "_._.._etc_passwd.pdf"),
        ("a/b\\c:d*e?f\"g<h>i|j\u{7}", "a_b_c_d_e_f_g_h_i_j_.pdf"),
        (".hidden", "_hidden.pdf"),
        ("CON", "_CON.pdf"),
        ("com1.x", "_com1.x.pdf"),
        ("lpt\u{b9}", "_lpt\u{b9}.pdf"),
        ("\u{202e}fdp", "_fdp.pdf"),
        ("COM10", "COM10.pdf"),
    ];
    for (name, expected) in rows {
        let file = folder.write(
            "a.json",
            serde_json::json!([{ "name": name, "city": "" }]).to_string(),
        );
        let plan = Plan::new(
            &source(&file),
            &FileNamePattern::parse("out/{name}.pdf").expect("a pattern"),
        );
        assert_eq!(
            plan.expect("a plan").file_name(1),
            Some(Path::new(expected)),
            "{name:?}"
        );
    }
    let file = folder.write(
        "a.json",
        serde_json::json!([{ "name": "n".repeat(500), "city": "" , "dot": "x."}]).to_string(),
    );
    let name = |pattern: &str| {
        let pattern = FileNamePattern::parse(pattern).expect("a pattern");
        let plan = Plan::new(&source(&file), &pattern).expect("a plan");
        (
            pattern.folder().to_owned(),
            plan.file_name(1).expect("a name").to_owned(),
        )
    };
    assert_eq!(name("/o/{name}.pdf").1.as_os_str().len(), 200);
    assert!(name("/o/{name}.pdf").1.to_string_lossy().ends_with("n.pdf"));
    assert_eq!(
        name("/o/x{city}/{dot}"),
        (PathBuf::from("/o/"), PathBuf::from("x_/x_"))
    );
    assert_eq!(name("{n}").1, Path::new("1"));
    assert_eq!(name("..{city}").1, Path::new("_._"));
}

#[test]
fn numbers_have_the_width_of_the_last_one() {
    let folder = Folder::new();
    let file = folder.write("a.csv", format!("a\n{}", "x\n".repeat(120)));
    let pattern = FileNamePattern::parse("out/{n}-{a}.pdf").expect("a pattern");
    let plan = Plan::new(&source(&file), &pattern).expect("a plan");
    assert_eq!((plan.total(), plan.failures()), (120, 0));
    assert_eq!(plan.file_name(7), Some(Path::new("007-x.pdf")));
    assert_eq!(plan.file_name(120), Some(Path::new("120-x.pdf")));
    assert_eq!((plan.file_name(0), plan.file_name(121)), (None, None));
}

#[test]
fn names_that_collide_are_refused() {
    let folder = Folder::new();
    for (one, two) in [
        ("a", "a"),
        ("a", "A"),
        ("ä", "a\u{308}"),
        ("a/b", "a:b"),
        ("Straße", "STRAßE"),
    ] {
        let file = folder.write("a.csv", format!("name\n{one}\nother\n{two}\n"));
        let pattern = FileNamePattern::parse("out/{name}.pdf").expect("a pattern");
        let (id, message) = refused(Plan::new(&source(&file), &pattern));
        assert_eq!(id, "file-names-collide");
        assert!(
            message.contains("a.csv:4") && message.contains("records 1 and 3"),
            "{message}"
        );
    }
}

#[test]
fn a_pattern_that_cannot_be_used_is_refused() {
    for pattern in [
        "out/", "", "{", "}", "a{}b", "{a{b}}", "{n}/../x", "{n}/", "{n}//x",
    ] {
        assert_eq!(
            refused(FileNamePattern::parse(pattern)).0,
            "file-name-pattern",
            "{pattern}"
        );
    }
    let folder = Folder::new();
    let csv = folder.write("a.csv", "a\n1\n");
    let pattern = FileNamePattern::parse("{b}.pdf").expect("a pattern");
    assert_eq!(
        refused(Plan::new(&source(&csv), &pattern)).0,
        "file-name-pattern"
    );
    let json = folder.write("a.jsonl", "{\"b\":1}\n{\"a\":1}\n");
    let plan = Plan::new(&source(&json), &pattern).expect("a plan");
    assert_eq!((plan.total(), plan.failures()), (2, 1));
    assert_eq!(
        (plan.file_name(1), plan.file_name(2)),
        (Some(Path::new("1.pdf")), None)
    );
}

#[test]
fn hostile_files_are_read_in_bounds() {
    let folder = Folder::new();
    let columns: Vec<String> = (0..100_000)
        .map(|it| format!("g{}.c{it}", it % 1000))
        .collect();
    let values = vec!["1"; 100_000].join(",");
    let wide = folder.write(
        "wide.csv",
        format!("{}\n{values}\n{values}\n", columns.join(",")),
    );
    assert_eq!(
        records(&wide)
            .iter()
            .filter(|it| element(it).len() > 1_000_000)
            .count(),
        2
    );
    let open = folder.write("open.csv", format!("a\n\"{}", "x\n".repeat(12 << 20)));
    let open = records(&open);
    assert_eq!(open.len(), 1);
    assert!(
        open[0]
            .error()
            .is_some_and(|it| it.message.contains("quotation mark"))
    );
    let long = folder.write(
        "long.jsonl",
        format!("{{\"a\":\"{}\"}}\n{{\"a\":1}}\n", "x".repeat(17 << 20)),
    );
    let faults: Vec<bool> = records(&long)
        .iter()
        .map(|it| it.error().is_some())
        .collect();
    assert_eq!(faults, [true, false]);
    let deep = [
        "[".repeat(1_000_000),
        format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
        format!("{{\"{}\":1}}", "a.".repeat(100_000) + "a"),
    ];
    for json in deep {
        assert_eq!(
            refused(json_to_xml("a", json.as_bytes(), "f")).0,
            "record-unreadable"
        );
    }
    let nuls = folder.write("nul.csv", "a,b\n\0,\u{1}\n");
    assert_eq!(element(&records(&nuls)[0]), "<f><a></a><b></b></f>");
}

/// Values that XML can hold; a reader of XML turns no character of them into another.
fn text() -> impl Strategy<Value = String> {
    "[ -~\t\näöü€\r\u{10000}<&>\"']{0,20}"
}

proptest! {
    #[test]
    fn values_of_csv_are_those_of_the_elements(rows in proptest::collection::vec((text(), text()), 1..5)) {
        let folder = Folder::new();
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines: String = rows.iter().map(|(a, b)| format!("{},{}\n", quote(a), quote(b))).collect();
        let file = folder.write("a.csv", format!("a,g.b\n{lines}"));
        let records = records(&file);
        prop_assert_eq!(records.len(), rows.len());
        for (record, (a, b)) in records.iter().zip(&rows) {
            let xml = element(record);
            let document = roxmltree::Document::parse(&xml).expect("it is XML");
            let value = |name: &str| {
                let mut nodes = document.descendants();
                let node = nodes.find(|node| node.has_tag_name(name)).expect("the element");
                node.text().unwrap_or_default().to_owned()
            };
            prop_assert_eq!(&value("a"), a);
            prop_assert_eq!(&value("b"), b);
        }
    }

    #[test]
    fn values_of_json_are_those_of_the_elements(values in proptest::collection::vec(text(), 1..5), number in any::<f64>()) {
        let json = serde_json::json!({ "list": values, "in": { "n": number } }).to_string();
        let xml = json_to_xml("a", json.as_bytes(), "f").expect("it becomes XML");
        let document = roxmltree::Document::parse(xml.as_str()).expect("it is XML");
        let found: Vec<&str> = document.descendants().filter(|node| node.has_tag_name("list"))
            .map(|node| node.text().unwrap_or_default()).collect();
        prop_assert_eq!(found, values);
        let node = document.descendants().find(|node| node.has_tag_name("n")).expect("the number");
        if number.is_finite() {
            prop_assert_eq!(node.text().unwrap_or_default().parse::<f64>().ok(), Some(number));
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in any::<String>()) {
        let folder = Folder::new();
        for file in ["a.csv", "a.jsonl", "a.json", "a.xml"] {
            let path = folder.write(file, &bytes);
            for path in [path.clone(), format!("{path}#a")] {
                if let Ok(source) = RecordSource::open(&path) {
                    for record in source.records().expect("the file is there") {
                        let _ = record.to_xml("f");
                    }
                }
            }
        }
        let _ = FileNamePattern::parse(&name);
        let _ = json_to_xml("a", &bytes, "f");
    }

    #[test]
    fn any_name_makes_one_file_in_the_folder(name in any::<String>()) {
        let folder = Folder::new();
        let file = folder.write("a.json", serde_json::json!([{ "name": name }]).to_string());
        let pattern = FileNamePattern::parse("out/{name}").expect("a pattern");
        let plan = Plan::new(&source(&file), &pattern).expect("a plan");
        let found = plan.file_name(1).expect("a name");
        let parts: Vec<_> = found.components().collect();
        prop_assert!(matches!(parts.as_slice(), [std::path::Component::Normal(_)]), "{:?}", found);
        prop_assert!(fs::write(folder.path().join(found), "x").is_ok(), "{:?}", found);
    }
}
