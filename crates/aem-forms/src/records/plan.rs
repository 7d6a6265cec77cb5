use std::collections::HashMap;
use std::path::Path;
use std::path::PathBuf;

use super::{FileNamePattern, RecordSource};
use crate::error::{Error, Finding, FormsProblem, Grade, Result};
use crate::fold::fold;

/// The findings that are shown one by one.
const SHOWN: usize = 10;

/// The files of all records, found before anything is sent.
#[derive(Clone, Debug)]
pub struct Plan {
    names: Vec<Option<PathBuf>>,
    failures: u64,
}

impl Plan {
    /// Reads all records once, and gives each its file.
    ///
    /// # Errors
    /// [`FormsProblem::FileNamesCollide`] if two records have one file, also where only case or the Unicode form of
    /// letters differ; [`FormsProblem::FileNamePattern`] if no record has a column of the pattern.
    pub fn new(source: &RecordSource, pattern: &FileNamePattern) -> Result<Self> {
        for column in pattern.columns() {
            if !source.may_have(column) {
                let message = format!("the records have no {column:?}, which the pattern names");
                let place = source.place().clone();
                let problem = FormsProblem::FileNamePattern;
                let finding = Finding::new(problem, Grade::Refusal, place, message);
                return Err(Error::refused(vec![finding]));
            }
        }
        let total = source.records()?.count() as u64;
        let mut plan = Self {
            names: Vec::new(),
            failures: 0,
        };
        let mut taken: HashMap<String, u64> = HashMap::new();
        let mut collisions = Vec::new();
        for record in source.records()? {
            let name = match record.error() {
                Some(_) => None,
                None => pattern.file_name(&record, total).ok(),
            };
            plan.failures += u64::from(name.is_none());
            if let Some(name) = &name {
                let key = fold(&name.to_string_lossy());
                if let Some(first) = taken.get(&key) {
                    if collisions.len() < SHOWN {
                        let message = format!(
                            "the records {first} and {} would both be written to {}",
                            record.number(),
                            name.display()
                        );
                        let place = record.place().clone();
                        let problem = FormsProblem::FileNamesCollide;
                        collisions.push(Finding::new(problem, Grade::Refusal, place, message));
                    }
                } else {
                    taken.insert(key, record.number());
                }
            }
            plan.names.push(name);
        }
        if collisions.is_empty() {
            Ok(plan)
        } else {
            Err(Error::refused(collisions))
        }
    }

    /// Returns the number of all records.
    pub fn total(&self) -> u64 {
        self.names.len() as u64
    }

    /// Returns the number of records that have no file, because they cannot be read or lack a column.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Returns the path of a record's file below the folder of the pattern, by the number of the record.
    pub fn file_name(&self, number: u64) -> Option<&Path> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.names.get(index)?.as_deref()
    }
}
