//! What the library does, seen from outside.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod account;
mod aio_documents;
mod allowed_hosts;
mod assertions;
mod canned;
mod client_credentials;
mod connections;
mod console_documents;
mod credential_fields;
mod document_complaints;
mod documents;
mod emulated;
mod emulated_world;
mod exchange;
mod failing_stores;
mod file_versions;
mod grant_edges;
mod grant_lives;
mod grants;
mod hostile_answers;
mod hostile_cases;
mod hostile_contents;
mod hostile_encodings;
mod hostile_framing;
mod hostile_documents;
mod inspection;
mod key_cache;
mod key_outages;
mod keys;
mod loopback;
mod oauth_documents;
mod processes;
mod promises;
mod provider;
mod provider_world;
mod raw_server;
mod rehearsals;
mod repetitions;
mod reqwest_client;
mod rotating_ims;
mod runtimes;
mod session_files;
mod session_handover;
mod session_histories;
mod session_world;
mod sessions;
mod sign_in;
mod sign_out;
mod signed_tokens;
mod store_files;
mod store_folder;
mod store_promises;
mod store_throttle;
mod store_world;
mod stores;
mod support;
mod tower_layer;
mod transport;
mod validation;
mod variables;
mod verification;
mod virtual_time;
