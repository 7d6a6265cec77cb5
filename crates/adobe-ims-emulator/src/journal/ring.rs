//! The bounded memory of the journal.

use std::collections::VecDeque;

use crate::journal::encoding::{decode, encode};
use crate::journal::recorded_request::RecordedRequest;

/// The size of the journal unless the start sets another one: some 700 requests. It is small,
/// because the emulator may run for a long time beside the program under test.
pub(crate) const DEFAULT_SIZE: usize = 256 * 1024;

/// The size of a block, in bytes. Blocks are given back as a whole, so the memory of the journal does
/// not move while it grows.
const BLOCK: usize = 16 * 1024;

/// The number of bytes before each request, which give its length.
const LENGTH: usize = 4;

/// The last requests, oldest first, within a number of bytes.
#[derive(Clone)]
pub(crate) struct Journal {
    blocks: VecDeque<Block>,
    size: usize,
    /// The number of the next request.
    next: u64,
    /// The number of the first request after the journal was cleared.
    cleared_before: u64,
}

/// Requests one after another.
struct Block {
    /// The number of the first request.
    first: u64,
    bytes: Vec<u8>,
}

impl Journal {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            blocks: VecDeque::new(),
            size,
            next: 1,
            cleared_before: 1,
        }
    }

    /// Adds a request, and forgets the oldest block if there is no room. The number of the request
    /// does not count.
    pub(crate) fn record(&mut self, request: &RecordedRequest) {
        let mut entry = vec![0; LENGTH];
        encode(request, &mut entry);
        let length = u32::try_from(entry.len() - LENGTH).unwrap_or_default();
        entry[..LENGTH].copy_from_slice(&length.to_be_bytes());
        self.make_room(entry.len());
        if let Some(block) = self.blocks.back_mut() {
            block.bytes.extend(entry);
        }
        self.next += 1;
    }

    /// Forgets all requests. The numbers go on.
    pub(crate) fn clear(&mut self) {
        self.blocks = VecDeque::new();
        self.cleared_before = self.next;
    }

    /// Returns the number of the first request that is kept, or of the next one.
    pub(crate) fn first(&self) -> u64 {
        self.blocks.front().map_or(self.next, |block| block.first)
    }

    /// Returns whether there was no room for a request with a number above `since`. Requests that
    /// were cleared do not count.
    pub(crate) fn has_forgotten_since(&self, since: u64) -> bool {
        self.first() > since.saturating_add(1).max(self.cleared_before)
    }

    /// Returns the kept requests with a number above `since`, in their order.
    pub(crate) fn since(&self, since: u64) -> impl Iterator<Item = RecordedRequest> {
        let requests = self.blocks.iter().flat_map(Block::entries);
        requests
            .filter(move |(seq, _)| *seq > since)
            .filter_map(|(seq, bytes)| decode(seq, bytes))
    }

    /// Makes the last block one with room for an entry. A large entry has a block of its own.
    fn make_room(&mut self, entry: usize) {
        let has_room = |block: &Block| block.bytes.len() + entry <= block.bytes.capacity();
        if self.blocks.back().is_some_and(has_room) {
            return;
        }
        let capacity = entry.max(BLOCK.min(self.size));
        let used = |blocks: &VecDeque<Block>| -> usize {
            blocks.iter().map(|block| block.bytes.capacity()).sum()
        };
        while !self.blocks.is_empty() && used(&self.blocks) + capacity > self.size {
            self.blocks.pop_front();
        }
        self.blocks.push_back(Block {
            first: self.next,
            bytes: Vec::with_capacity(capacity),
        });
    }
}

impl Clone for Block {
    /// Keeps the capacity, which is the room for further requests.
    fn clone(&self) -> Self {
        let mut bytes = Vec::with_capacity(self.bytes.capacity());
        bytes.extend_from_slice(&self.bytes);
        Self { bytes, ..*self }
    }
}

impl Block {
    /// Returns the requests with their numbers, still encoded.
    fn entries(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = &self.bytes[..];
        let mut seq = self.first;
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first_chunk::<LENGTH>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (entry, after) = after.split_at_checked(length)?;
            rest = after;
            seq += 1;
            Some((seq - 1, entry))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn request(path: &str) -> RecordedRequest {
        RecordedRequest {
            seq: 0,
            time: UNIX_EPOCH,
            virtual_time: UNIX_EPOCH,
            method: "GET".to_owned(),
            path: path.to_owned(),
            host: None,
            client_id: None,
            grant: None,
            fields: Vec::new(),
            status: Some(200),
            fault: None,
            token_id: None,
        }
    }

    fn kept(journal: &Journal, since: u64) -> Vec<(u64, String)> {
        let requests = journal.since(since);
        requests
            .map(|request| (request.seq, request.path))
            .collect()
    }

    #[test]
    fn oldest_blocks_are_forgotten_when_the_room_ends() {
        let mut journal = Journal::new(4 * BLOCK);
        for _ in 0..5000 {
            journal.record(&request("/path"));
            let used: usize = journal
                .blocks
                .iter()
                .map(|block| block.bytes.capacity())
                .sum();
            assert!(used <= 4 * BLOCK);
        }
        let all = kept(&journal, 0);
        assert!(all.len() > 500 && all.len() < 2000, "{}", all.len());
        assert_eq!(all.last(), Some(&(5000, "/path".to_owned())));
        let seqs: Vec<u64> = all.iter().map(|(seq, _)| *seq).collect();
        let expected: Vec<u64> = (journal.first()..=5000).collect();
        assert_eq!(seqs, expected);
        assert_eq!(kept(&journal, 4998).len(), 2);
        assert_eq!(kept(&journal, 5000), []);
        journal.clear();
        assert_eq!(kept(&journal, 0), []);
        assert_eq!(journal.first(), 5001);
        journal.record(&request("/last"));
        assert_eq!(kept(&journal, 0), [(5001, "/last".to_owned())]);
    }

    #[test]
    fn request_larger_than_the_journal_takes_the_place_of_all_others() {
        let mut journal = Journal::new(100);
        journal.record(&request("/1"));
        journal.record(&request(&"/2".repeat(100)));
        assert_eq!(kept(&journal, 0), [(2, "/2".repeat(100))]);
        journal.record(&request("/3"));
        assert_eq!(kept(&journal, 0), [(3, "/3".to_owned())]);
    }
}
