use std::path::{Path, PathBuf, is_separator};

use super::Record;
use crate::error::{Error, Finding, FormsProblem, Grade, Place, Result};

/// The length of a file name in bytes. It leaves room for what is put behind it, such as `.error.json`.
const MAX_LENGTH: usize = 200;

/// A path with places for what tells records apart: `out/{name}.pdf`.
///
/// `{name}` is [`Record::name`], `{n}` the number with as many digits as the last one has, `{COLUMN}` the value of a
/// column or member. In what is put in, characters that are not safe in a file name become `_`.
///
/// ```
/// use aem_forms::records::FileNamePattern;
///
/// let pattern = FileNamePattern::parse("out/{name}-{n}.pdf")?;
/// assert_eq!(pattern.folder(), std::path::Path::new("out"));
/// # Ok::<(), aem_forms::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNamePattern {
    text: String,
    folder: PathBuf,
    /// The parts of the path behind the folder, the last of which is the file.
    components: Vec<Vec<Token>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
    Name,
    Number,
    Column(String),
}

impl FileNamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`FormsProblem::FileNamePattern`] for a brace without its partner, an empty place, or a pattern that ends in a
    /// folder.
    pub fn parse(pattern: &str) -> Result<Self> {
        let refuse = |reason: &str| {
            let message = format!("the pattern {pattern:?} {reason}");
            let finding = Finding::new(
                FormsProblem::FileNamePattern,
                Grade::Refusal,
                Place::default(),
                message,
            );
            Error::refused(vec![finding])
        };
        let first = pattern.find('{').unwrap_or(pattern.len());
        let split = pattern[..first].rfind(is_separator).map_or(0, |at| at + 1);
        let (folder, rest) = pattern.split_at(split);
        let mut components = vec![Vec::new()];
        for token in tokens(rest).map_err(refuse)? {
            match token {
                Token::Literal(text) => push_literal(&text, &mut components),
                other => components.last_mut().map_or((), |last| last.push(other)),
            }
        }
        if components.iter().any(Vec::is_empty) {
            return Err(refuse(
                "has a part without a name: it must end in that of a file",
            ));
        }
        let is_parent = |part: &Vec<Token>| matches!(part.as_slice(), [Token::Literal(text)] if text == "." || text == "..");
        if components.iter().any(is_parent) {
            return Err(refuse("leaves the folder again behind a place"));
        }
        Ok(Self {
            text: pattern.to_owned(),
            folder: PathBuf::from(folder),
            components,
        })
    }

    /// Returns the folder before the first place. It is empty for the current one.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the names of the columns in the pattern.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let tokens = self.components.iter().flatten();
        tokens.filter_map(|token| match token {
            Token::Column(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Returns the path of a record's file below the folder. `total` is the number of all records.
    ///
    /// # Errors
    /// [`FormsProblem::FileNamePattern`] if the record lacks a column.
    pub fn file_name(&self, record: &Record, total: u64) -> Result<PathBuf> {
        let mut path = PathBuf::new();
        for component in &self.components {
            path.push(self.component(component, record, total)?);
        }
        Ok(path)
    }

    fn component(&self, tokens: &[Token], record: &Record, total: u64) -> Result<String> {
        let width = total.to_string().len();
        let mut text = String::new();
        for token in tokens {
            match token {
                Token::Literal(literal) => text.push_str(literal),
                Token::Name => push_safe(&record.name(), &mut text),
                Token::Number => text.push_str(&format!("{:0width$}", record.number())),
                Token::Column(name) => {
                    let value = record.field(name).ok_or_else(|| self.lacks(name, record))?;
                    push_safe(&value, &mut text);
                }
            }
        }
        Ok(match tokens {
            [Token::Literal(_)] => text,
            _ => safe_name(text),
        })
    }

    fn lacks(&self, column: &str, record: &Record) -> Error {
        let message = format!(
            "the record has no {column:?}, which the pattern {:?} names",
            self.text
        );
        let place = record.place().clone();
        let problem = FormsProblem::FileNamePattern;
        Error::refused(vec![Finding::new(problem, Grade::Refusal, place, message)])
    }
}

fn tokens(pattern: &str) -> Result<Vec<Token>, &'static str> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        if at > 0 {
            tokens.push(Token::Literal(rest[..at].to_owned()));
        }
        let inside = rest[at..]
            .strip_prefix('{')
            .ok_or("has a `}` without a `{`")?;
        let (name, after) = inside.split_once('}').ok_or("has a `{` without a `}`")?;
        tokens.push(match name {
            "" => return Err("has an empty place: {}"),
            "name" => Token::Name,
            "n" => Token::Number,
            column if column.contains('{') => return Err("has a `{` without a `}`"),
            column => Token::Column(column.to_owned()),
        });
        rest = after;
    }
    if !rest.is_empty() {
        tokens.push(Token::Literal(rest.to_owned()));
    }
    Ok(tokens)
}

/// Adds a literal, which may begin new components.
fn push_literal(text: &str, components: &mut Vec<Vec<Token>>) {
    for (index, part) in text.split(is_separator).enumerate() {
        if index > 0 {
            components.push(Vec::new());
        }
        if let Some(last) = components.last_mut()
            && !part.is_empty()
        {
            last.push(Token::Literal(part.to_owned()));
        }
    }
}

/// Appends a value without characters that end a name, hide a part of it or are refused by a file system.
fn push_safe(value: &str, text: &mut String) {
    if value.is_empty() {
        text.push('_');
    }
    text.extend(value.chars().map(|character| match character {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        // Marks of the direction of writing can make a name look like another.
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '_',
        other if other.is_control() => '_',
        other => other,
    }));
}

/// Returns a name that each file system takes, and that is no hidden file, device or parent.
fn safe_name(name: String) -> String {
    let mut name = shorten(name);
    if name.starts_with(['.', ' ']) {
        name.replace_range(..1, "_");
    }
    if name.ends_with(['.', ' ']) {
        name.pop();
        name.push('_');
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if is_device(stem) {
        name.insert(0, '_');
    }
    name
}

/// Cuts a long name before its ending.
fn shorten(name: String) -> String {
    if name.len() <= MAX_LENGTH {
        return name;
    }
    let ending = name.rfind('.').filter(|at| name.len() - at <= 16);
    let (stem, ending) = name.split_at(ending.unwrap_or(name.len()));
    let mut end = (MAX_LENGTH - ending.len()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    [&stem[..end], ending].concat()
}

/// Returns true for a name that Windows reads as a device.
fn is_device(stem: &str) -> bool {
    let upper = stem.to_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&upper.as_str()) {
        return true;
    }
    let number = upper
        .strip_prefix("COM")
        .or_else(|| upper.strip_prefix("LPT"));
    let mut characters = number.unwrap_or_default().chars();
    matches!(
        (characters.next(), characters.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    )
}
