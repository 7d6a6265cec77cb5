//! Making all results of a DDX, in an order in which each finds its sources.

use std::collections::HashMap;

use bytes::Bytes;

use crate::aem::forms::ddx::build::{Made, build};
use crate::aem::forms::ddx::model::{Block, Ddx, DdxError};
use crate::pdf::Properties;

/// The size of all results, in bytes. A short DDX can ask for any number of copies.
const MAX_RESULTS: usize = 512 * 1024 * 1024;

/// The treatment of a failed result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnError {
    /// The whole assembly fails.
    Fail,
    /// The other results are made all the same.
    Continue,
}

/// The documents for the client, and the log.
pub(crate) struct Outcome {
    pub(crate) documents: Vec<Made>,
    pub(crate) log: String,
}

/// Makes the results of a DDX from the parts of a request.
pub(crate) fn run(
    ddx: &Ddx,
    parts: &HashMap<&str, Bytes>,
    properties: &Properties,
    on_error: OnError,
) -> Result<Outcome, DdxError> {
    let mut made: Vec<Option<Vec<Made>>> = ddx.blocks.iter().map(|_| None).collect();
    let mut results: HashMap<String, Bytes> = HashMap::new();
    let mut log = String::new();
    let mut left = MAX_RESULTS;
    for at in order(ddx) {
        let block = &ddx.blocks[at];
        let find = |name: &str| results.get(name).or_else(|| parts.get(name)).cloned();
        match build(block, properties, &find) {
            Ok(documents) => {
                log.push_str(&format!("INFO: {} was made.\n", block.name));
                for document in &documents {
                    let size = document.content.len();
                    left = left.checked_sub(size).ok_or(DdxError::TooLarge)?;
                    results.insert(document.name.clone(), document.content.clone());
                }
                made[at] = Some(documents);
            }
            Err(error) if on_error == OnError::Continue => {
                log.push_str(&format!("ERROR: {} failed. {error}\n", block.name));
            }
            Err(error) => return Err(error),
        }
    }
    let blocks = ddx.blocks.iter().zip(made);
    let documents = blocks
        .filter(|(block, _)| block.is_returned)
        .flat_map(|(_, documents)| documents.into_iter().flatten())
        .collect();
    Ok(Outcome { documents, log })
}

/// Returns the numbers of the blocks, each behind those whose results it uses. Blocks that use each
/// other keep their order, and fail for lack of a source.
fn order(ddx: &Ddx) -> Vec<usize> {
    let by_name: HashMap<&str, usize> = ddx
        .blocks
        .iter()
        .enumerate()
        .map(|(at, block)| (block.name.as_str(), at))
        .collect();
    let mut ordered = Vec::new();
    let mut visited = vec![false; ddx.blocks.len()];
    for at in 0..ddx.blocks.len() {
        visit(at, ddx, &by_name, &mut visited, &mut ordered);
    }
    ordered
}

/// Visits the blocks that a block uses, and then the block itself, without recursion.
fn visit(
    start: usize,
    ddx: &Ddx,
    by_name: &HashMap<&str, usize>,
    visited: &mut [bool],
    ordered: &mut Vec<usize>,
) {
    let used = |block: &Block| -> Vec<usize> {
        let names = block.required_sources().into_iter();
        names
            .filter_map(|name| by_name.get(name).copied())
            .collect()
    };
    if std::mem::replace(&mut visited[start], true) {
        return;
    }
    let mut stack = vec![(start, used(&ddx.blocks[start]))];
    while let Some((at, pending)) = stack.last_mut() {
        match pending.pop() {
            Some(next) if !visited[next] => {
                visited[next] = true;
                stack.push((next, used(&ddx.blocks[next])));
            }
            Some(_) => {}
            None => {
                ordered.push(*at);
                stack.pop();
            }
        }
    }
}
