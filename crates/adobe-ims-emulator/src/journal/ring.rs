//! The bounded memory of the journal.

use std::collections::VecDeque;

use crate::journal::encoding::{decode, encode};
use crate::journal::recorded_request::RecordedRequest;

/// The size of the journal unless the start sets another one: some 1,500 requests. It is small,
/// because the emulator may run for a long time beside the program under test.
pub(crate) const DEFAULT_SIZE: usize = 256 * 1024;

/// The number of bytes before each request, which give its length.
const LENGTH: usize = 4;

/// The last requests, oldest first, within a number of bytes.
pub(crate) struct Journal {
    bytes: VecDeque<u8>,
    size: usize,
    /// The number of the first request that is kept.
    first: u64,
    /// The number of the next request.
    next: u64,
}

impl Journal {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            bytes: VecDeque::new(),
            size,
            first: 1,
            next: 1,
        }
    }

    /// Adds a request, and forgets the oldest ones for which there is no room. The number of the
    /// request does not count.
    pub(crate) fn record(&mut self, request: &RecordedRequest) {
        let mut entry = vec![0; LENGTH];
        encode(request, &mut entry);
        let length = u32::try_from(entry.len() - LENGTH).unwrap_or_default();
        entry[..LENGTH].copy_from_slice(&length.to_be_bytes());
        while self.bytes.len() + entry.len() > self.size && self.forget_first() {}
        self.next += 1;
        if entry.len() > self.size {
            self.first = self.next;
        } else {
            self.bytes.extend(entry);
        }
    }

    /// Forgets all requests. The numbers go on.
    pub(crate) fn clear(&mut self) {
        self.bytes = VecDeque::new();
        self.first = self.next;
    }

    /// Returns the number of the first request that is kept.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// Returns the kept requests with a number above `since`, in their order.
    pub(crate) fn since(&self, since: u64) -> impl Iterator<Item = RecordedRequest> {
        let mut at = 0;
        (self.first..self.next).filter_map(move |seq| {
            let begin = at + LENGTH;
            let end = begin + length(self.bytes.range(at..))?;
            at = end;
            let entry = (seq > since).then(|| self.bytes.range(begin..end).copied());
            decode(seq, &entry?.collect::<Vec<_>>())
        })
    }

    /// Forgets the first request. Returns whether there was one.
    fn forget_first(&mut self) -> bool {
        let Some(length) = length(self.bytes.iter()) else {
            return false;
        };
        self.bytes.drain(..LENGTH + length);
        self.first += 1;
        true
    }
}

fn length<'a>(bytes: impl Iterator<Item = &'a u8>) -> Option<usize> {
    let mut length = [0; LENGTH];
    let mut bytes = bytes.take(LENGTH);
    for byte in &mut length {
        *byte = *bytes.next()?;
    }
    usize::try_from(u32::from_be_bytes(length)).ok()
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
            client_id: None,
            grant: None,
            fields: Vec::new(),
            status: 200,
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
    fn oldest_requests_are_forgotten_when_the_room_ends() {
        let mut journal = Journal::new(150);
        for path in ["/1", "/2", "/3", "/4"] {
            journal.record(&request(path));
        }
        assert_eq!(
            kept(&journal, 0),
            [(2, "/2".into()), (3, "/3".into()), (4, "/4".into())]
        );
        assert_eq!(kept(&journal, 3), [(4, "/4".into())]);
        assert_eq!(kept(&journal, 4), []);
        assert_eq!(journal.first(), 2);
        assert!(journal.bytes.len() <= 150);
        journal.clear();
        assert_eq!(kept(&journal, 0), []);
        journal.record(&request("/5"));
        assert_eq!(kept(&journal, 0), [(5, "/5".into())]);
    }

    #[test]
    fn request_larger_than_the_journal_is_counted_only() {
        let mut journal = Journal::new(100);
        journal.record(&request("/1"));
        journal.record(&request(&"/2".repeat(100)));
        assert_eq!(kept(&journal, 0), []);
        journal.record(&request("/3"));
        assert_eq!(kept(&journal, 0), [(3, "/3".into())]);
    }
}
