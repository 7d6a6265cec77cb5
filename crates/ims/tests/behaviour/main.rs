//! The behaviour of the command `ims`: output and exit codes.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it should be"
)]

mod api;
mod cache;
mod cache_folder;
mod completions;
mod curl;
mod curl_answers;
mod curl_causes;
mod curl_flags;
mod demo;
mod doctor;
mod doctor_target;
mod doctor_target_calls;
mod doctor_migrate;
mod doctor_migrate_online;
mod doctor_given_token;
mod doctor_identity;
mod doctor_network;
mod doctor_report;
mod doctor_throttling;
mod doctor_token;
mod doctor_documents;
mod emulator;
mod exchange;
mod exec;
mod exec_secrets;
mod explain;
mod failures;
mod fields;
mod foreign_documents;
mod imscli_rows;
mod inspect;
mod login;
mod login_failures;
mod logout;
mod migration_world;
mod notes;
mod oauth;
mod other_tools;
mod outputs;
mod played_host;
mod profile_commands;
mod profile_grants;
mod profile_secrets;
mod profile_world;
mod profiles;
mod refresh;
mod register;
mod revoke;
mod rotating_ims;
mod services_and_devices;
mod sign_in_world;
mod signed_in;
mod support;
mod signals;
mod stopped_processes;
mod throttling;
mod tls_server;
mod token;
mod token_kinds;
mod token_values;
mod unreadable_files;
mod usage;
mod validate;
mod values;
mod verification;
mod whoami;
