//! Mutations of the fields of JSON, `.env` files and TOML.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// Mutates a line of a file of lines, or two.
pub(crate) fn mutate_lines(input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let text = String::from_utf8_lossy(&input);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (one, other) = (random.below(lines.len()), random.below(lines.len()));
    if lines.is_empty() {
        return input;
    }
    match random.below(8) {
        0 => lines.swap(one, other),
        1 => drop(lines.remove(one)),
        2 => lines.insert(other, lines[one].clone()),
        3 => swap_values(&mut lines, one, other),
        4 => lines[one] = swap_sides(&lines[one]),
        5 => lines[one].insert(0, '#'),
        6 => {
            let (name, _) = split(&lines[one]);
            lines[one] = format!("{name}=");
        }
        _ => {
            let joined = format!("{}{}", lines[one], lines[other]);
            lines[one] = joined;
        }
    }
    lines.join("\n").into_bytes()
}

fn split(line: &str) -> (&str, &str) {
    line.split_once(['=', ':']).unwrap_or((line, ""))
}

fn swap_values(lines: &mut [String], one: usize, other: usize) {
    let (first, second) = (lines[one].clone(), lines[other].clone());
    let ((first_name, first), (second_name, second)) = (split(&first), split(&second));
    lines[one] = format!("{first_name}={second}");
    lines[other] = format!("{second_name}={first}");
}

fn swap_sides(line: &str) -> String {
    let (name, value) = split(line);
    format!("{value}={name}")
}

/// Mutates a field of JSON. Another text stays as it is.
pub(crate) fn mutate_json(input: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let Ok(mut document) = serde_json::from_slice::<Value>(&input) else {
        return input;
    };
    let paths = paths(&document);
    if paths.is_empty() {
        return input;
    }
    let (one, other) = (random.pick(&paths), random.pick(&paths));
    let value = document.pointer(one).cloned().unwrap_or_default();
    match random.below(7) {
        0 => {
            let second = document.pointer(other).cloned().unwrap_or_default();
            put(&mut document, one, second);
            put(&mut document, other, value);
        }
        1 => put(&mut document, one, odd_value(value, random)),
        2 => with_object(&mut document, one, |object, name| {
            object.remove(name);
        }),
        3 => {
            let name = renamed(one, random);
            with_object(&mut document, one, |object, old| {
                let value = object.remove(old).unwrap_or_default();
                object.insert(name, value);
            });
        }
        4 => {
            let text = document.pointer(other).and_then(Value::as_str);
            let name = text.unwrap_or("a").to_owned();
            with_object(&mut document, one, |object, _| {
                object.insert(name, value);
            });
        }
        5 => {
            let text = document.to_string();
            put(&mut document, one, text.into());
        }
        _ => return with_duplicate(&document, one, random),
    }
    document.to_string().into_bytes()
}

/// Returns the JSON pointers of all values.
fn paths(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => {
            let escaped = |name: &String| name.replace('~', "~0").replace('/', "~1");
            object
                .iter()
                .map(|(name, value)| (escaped(name), value))
                .collect()
        }
        Value::Array(array) => {
            let numbered = array.iter().enumerate();
            numbered
                .map(|(index, value)| (index.to_string(), value))
                .collect()
        }
        _ => return Vec::new(),
    };
    let mut all = Vec::new();
    for (name, value) in children {
        all.push(format!("/{name}"));
        all.extend(
            paths(value)
                .into_iter()
                .map(|path| format!("/{name}{path}")),
        );
    }
    all
}

fn put(document: &mut Value, path: &str, value: Value) {
    if let Some(place) = document.pointer_mut(path) {
        *place = value;
    }
}

fn with_object(
    document: &mut Value,
    path: &str,
    change: impl FnOnce(&mut Map<String, Value>, &str),
) {
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    if let Some(Value::Object(object)) = document.pointer_mut(parent) {
        change(object, &name.replace("~1", "/").replace("~0", "~"));
    }
}

fn renamed(path: &str, random: &mut Random) -> String {
    let (_, name) = path.rsplit_once('/').unwrap_or_default();
    match random.below(5) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => name.replace('_', ""),
        3 => format!("{name}s"),
        _ => format!(" {name}"),
    }
}

fn odd_value(value: Value, random: &mut Random) -> Value {
    let text = value.as_str().unwrap_or_default().to_owned();
    match random.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(u64::MAX),
        3 => json!([]),
        4 => json!({}),
        5 => json!(""),
        6 => json!(" \t\u{a0}"),
        7 => json!([[value]]),
        8 => json!({"value": value}),
        9 => json!(format!("\"{text}\"")),
        10 => json!(format!("['{text}']")),
        _ => json!(format!("{text}\\n")),
    }
}

/// Returns the document with a field twice, with another value before the right one.
fn with_duplicate(document: &Value, path: &str, random: &mut Random) -> Vec<u8> {
    let text = document.to_string();
    let (_, name) = path.rsplit_once('/').unwrap_or_default();
    let field = format!("\"{name}\":");
    let Some(place) = text.find(&field) else {
        return text.into_bytes();
    };
    let value = odd_value(Value::Null, random);
    format!("{}{field}{value},{}", &text[..place], &text[place..]).into_bytes()
}
