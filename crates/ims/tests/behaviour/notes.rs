//! A note is printed once in a run, whatever part of the run has it to say.

use crate::api::{Api, REFUSED};
use crate::profile_world::Setting;
use crate::support::open_to_everybody;

/// Returns the lines on stderr that are notes.
fn notes(stderr: &str) -> Vec<&str> {
    let lines = stderr.lines();
    lines
        .filter(|line| line.starts_with("ims: note: "))
        .collect()
}

fn open_to_others(setting: &Setting, name: &str) -> String {
    let path = setting.world.path(name);
    open_to_everybody(&path);
    path.display().to_string()
}

#[test]
fn exposed_file_that_is_used_twice_is_noted_once() {
    let setting = Setting::new();
    setting.world.write("home/ims/secret", "SECRET?%&=ü");
    let url = setting.world.emulator.url();
    setting.add(&format!(
        "[profiles.two]\ntype = \"oauth-s2s\"\nclient_id = \"oauth!+ID\"\nenvironment = \"{url}\"\nscopes = \"openid\"\n\
         client_secrets = [{{ file = \"secret\" }}, {{ file = \"secret\" }}]\n"
    ));
    let path = open_to_others(&setting, "home/ims/secret");
    let run = setting.ims(&["token", "-p", "two"]).run_for_a_secret();
    let note =
        format!("ims: note: {path:?} holds a secret, and other users can read it: chmod 600\n");
    assert_eq!((run.code, run.stderr), (0, note));
}

#[test]
fn exposed_document_is_noted_once_for_two_tokens() {
    let setting = Setting::new();
    let path = open_to_others(&setting, "service_token.json");
    let note =
        format!("ims: note: {path:?} holds a secret, and other users can read it: chmod 600");
    let api = Api::answering([REFUSED, REFUSED, REFUSED]);
    for _ in 0..2 {
        // The second call takes its token from the cache, and requests another one after the refusal.
        let call = ["curl", "-p", "aem", "--resource", "r", &api.url];
        let run = setting.ims(&call).run();
        assert_eq!((run.code, notes(&run.stderr)), (4, vec![note.as_str()]));
    }
    assert_eq!(api.asked().len(), 3);
}

#[test]
fn unusable_cache_is_noted_once() {
    let setting = Setting::new();
    let cache = setting.world.write("cache", "no folder");
    let cache = cache.join("adobe-ims");
    let api = Api::answering([REFUSED]);
    for arguments in [
        &["token", "-p", "api"][..],
        &["curl", "-p", "api", &api.url],
    ] {
        let run = setting.ims(arguments).run_for_a_secret();
        let notes = notes(&run.stderr);
        assert_eq!(notes.len(), 1, "{}", run.stderr);
        let begin = format!("ims: note: the token cache {cache:?} cannot be used: ");
        assert!(notes[0].starts_with(&begin), "{}", run.stderr);
    }
    // A quiet run says nothing.
    let run = setting
        .ims(&["token", "-q", "-p", "api"])
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}
