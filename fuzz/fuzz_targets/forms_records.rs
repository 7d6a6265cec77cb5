//! Reads any bytes as a file of records, in each form, and makes XML and file names of the records.

#![no_main]

use std::path::Component;
use std::sync::LazyLock;

use aem_forms::lint;
use aem_forms::records::{FileNamePattern, Plan, RecordSource, json_to_xml};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().expect("a folder"));

fuzz_target!(|input: &[u8]| {
    let pattern = FileNamePattern::parse("out/{name}.pdf").expect("the pattern is valid");
    for name in ["a.csv", "a.jsonl", "a.json", "a.xml#a"] {
        let path = FOLDER.path().join(name.trim_end_matches("#a"));
        std::fs::write(path, input).expect("the file is written");
        let path = FOLDER.path().join(name);
        let Ok(source) = RecordSource::open(&path.to_string_lossy()) else {
            continue;
        };
        for record in source.records().expect("the file is there") {
            if let Ok(xml) = record.to_xml("f") {
                assert!(
                    lint::data("f", xml.as_str().as_bytes()).len() <= 1,
                    "{}",
                    xml.as_str()
                );
            }
        }
        if let Ok(plan) = Plan::new(&source, &pattern) {
            for number in 1..=plan.total() {
                let name = plan
                    .file_name(number)
                    .into_iter()
                    .flat_map(|it| it.components());
                assert!(name.clone().all(|it| matches!(it, Component::Normal(_))));
                assert!(name.count() <= 1);
            }
        }
    }
    let _ = FileNamePattern::parse(&String::from_utf8_lossy(input));
    let _ = json_to_xml("a", input, "f");
});
