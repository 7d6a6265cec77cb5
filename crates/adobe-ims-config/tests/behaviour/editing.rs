//! Editing the configuration file.

use std::fs;
use std::path::Path;

use adobe_ims::Secret;
use adobe_ims_config::edit::{Editor, ProfileEntry, write_secret_file};
use adobe_ims_config::{ConfigProblem, SecretReference};

use crate::support::{PATH, SECRET, parse};

const BEFORE: &str = r#"# mine
version = 1   # one
default_profile = "b"  # for now

[profiles.b]  # second letter
type  = "static"
token = { env = "T" }   # from CI

# the end
"#;

#[test]
fn comments_and_order_are_kept() {
    let mut editor = Editor::new(Path::new(PATH), Some(BEFORE)).unwrap();
    assert_eq!(editor.text(), BEFORE);
    let references = ["file:/run/s", "env:OLD"].map(|it| it.parse::<SecretReference>().unwrap());
    let entry = ProfileEntry::new("oauth-s2s")
        .text("client_id", Some("client!+ID"))
        .text("org_id", None)
        .secrets("client_secrets", &references)
        .list("scopes", &["openid", "AdobeID"]);
    editor.add("a", &entry).unwrap();
    editor.set_default("a").unwrap();
    let text = editor.text();
    let kept = BEFORE.replace("\"b\"  # for", "\"a\"  # for");
    assert!(
        text.starts_with(kept.trim_end_matches("\n# the end\n").trim_end()),
        "{text}"
    );
    assert!(text.contains("# the end"), "{text}");
    let added = parse(&text);
    let profile = added.profile("a").unwrap();
    assert_eq!(profile.scopes(), ["openid", "AdobeID"]);
    assert_eq!(profile.client().unwrap().secrets.len(), 2);
    assert_eq!(profile.client().unwrap().id, "client!+ID");

    let error = editor.add("a", &entry).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::ProfileExists.into());
    editor.remove("a").unwrap();
    assert_eq!(editor.default_profile(), None);
    assert_eq!(
        editor.remove("a").unwrap_err().cause(),
        ConfigProblem::ProfileUnknown.into()
    );
    assert_eq!(
        editor.set_default("a").unwrap_err().cause(),
        ConfigProblem::ProfileUnknown.into()
    );
}

#[test]
fn every_form_of_a_table_can_be_edited() {
    let tables =
        "# two\n[profiles.b.token] # of b\nenv = \"T\"\n\n# one\n[profiles.b]\ntype = \"static\"\n";
    for profile in [
        "profiles = { b = { type = \"static\", token = { env = \"T\" } } } # all\n",
        "profiles.b = { type = \"static\", token = { env = \"T\" } } # b\n",
        "profiles.b.type = \"static\" # dotted\nprofiles.b.token.env = \"T\"\n",
        "[profiles]\n# inside\nb = { type = \"static\", token = { env = \"T\" } }\n",
        "[profiles]\n# inside\nb.type = \"static\"\nb.token.env = \"T\"\n",
        tables,
    ] {
        for (defaults, line_end) in [
            ("", "\n"),
            ("[defaults]\ntimeout = 5 # short\n", "\n"),
            ("[defaults]\ntimeout = 5 # short\n", "\r\n"),
        ] {
            let before = format!("# mine\nversion = 1 # one\n{profile}{defaults}# the end\n");
            let before = before.replace('\n', line_end);
            let mut editor = Editor::new(Path::new(PATH), Some(&before)).unwrap();
            assert_eq!(editor.text(), before);
            editor.add("a.1", &entry()).unwrap();
            editor.set_default("a.1").unwrap();
            editor.set_default("b").unwrap();
            let text = editor.text();
            let line_ends = text.matches('\n').count();
            assert_eq!(text.matches(line_end).count(), line_ends, "{text:?}");
            for line in before.lines().filter(|line| line.contains('#')) {
                let comment = &line[line.find('#').unwrap()..];
                assert!(text.contains(comment), "{comment} is lost:\n{text}");
            }
            let read = parse(&text);
            let mut names: Vec<_> = read.profiles.iter().map(|it| it.name.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, ["a.1", "b"], "{text}");
            assert_eq!(read.default_profile.unwrap().value, "b");
            editor.remove("b").unwrap();
            let text = editor.text();
            let read = parse(&text);
            assert_eq!(read.profiles.len(), 1, "{text}");
            assert!(read.default_profile.is_none(), "{text}");
            assert_eq!(read.defaults.timeout.is_some(), !defaults.is_empty());
            assert!(
                text.contains("# mine") && text.contains("# the end"),
                "{text}"
            );
            editor.remove("a.1").unwrap();
            assert!(parse(&editor.text()).profiles.is_empty());
        }
    }
}

#[test]
fn invalid_profile_is_not_added() {
    let mut editor = Editor::new(Path::new(PATH), Some(BEFORE)).unwrap();
    let error = editor.add("a", &ProfileEntry::new("jwt")).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::ProfileIncomplete.into());
    let message = error.to_string();
    assert_eq!(
        message,
        "the profile was not added: [profiles.a] lacks `org_id`"
    );
    let error = editor.add("-a", &ProfileEntry::new("jwt")).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::ConfigurationInvalid.into());
    assert_eq!(editor.text(), BEFORE);
}

#[test]
fn saved_file_is_private_and_a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ims/config.toml");
    let editor = Editor::new(&path, None).unwrap();
    editor.save().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "version = 1\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let link = folder.path().join("link.toml");
        symlink(&path, &link).unwrap();
        let mut editor = Editor::new(&link, Some("version = 1\n")).unwrap();
        editor.add("a", &entry()).unwrap();
        editor.save().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), editor.text());
        assert_eq!(mode(&path), 0o600);
    }
    let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1);
}

#[test]
fn save_fails_if_the_file_was_changed_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let [mut one, mut other] = [(); 2].map(|()| Editor::new(&path, None).unwrap());
    one.add("a", &entry()).unwrap();
    one.save().unwrap();
    other.add("b", &entry()).unwrap();
    let error = other.save().unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::ConfigurationUnwritable.into());
    assert_eq!(fs::read_to_string(&path).unwrap(), one.text());
}

fn entry() -> ProfileEntry {
    let token = "env:T".parse::<SecretReference>().unwrap();
    ProfileEntry::new("static").secrets("token", &[token])
}

#[test]
fn secret_file_replaces_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials/a");
    write_secret_file(&path, &Secret::new(SECRET)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), SECRET);
    let error = write_secret_file(&path, &Secret::new("other")).unwrap_err();
    assert_eq!(error.cause(), ConfigProblem::ConfigurationUnwritable.into());
    assert_eq!(fs::read_to_string(&path).unwrap(), SECRET);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn mistake_in_another_profile_does_not_stop_a_change() {
    let before = "version = 1\n[profiles.bad]\ntype = \"document\" # later\n[profiles.one]\ntype = \"static\"\ntoken = { env = \"T\" }\n";
    let mut editor = Editor::new(Path::new(PATH), Some(before)).unwrap();
    let token: SecretReference = "env:T".parse().unwrap();
    let entry = ProfileEntry::new("static").secrets("token", &[token]);
    editor.add("two", &entry).unwrap();
    editor.set_default("one").unwrap();
    assert_eq!(
        editor.set_default("bad").unwrap_err().cause(),
        ConfigProblem::ProfileIncomplete.into()
    );
    assert!(
        editor
            .text()
            .contains("[profiles.bad]\ntype = \"document\" # later\n")
    );
    editor.remove("bad").unwrap();
    assert_eq!(
        editor.text(),
        "version = 1\ndefault_profile = \"one\"\n[profiles.one]\ntype = \"static\"\ntoken = { env = \"T\" }\n\n[profiles.two]\ntype = \"static\"\ntoken = { env = \"T\" }\n"
    );
    assert_eq!(
        editor.remove("bad").unwrap_err().cause(),
        ConfigProblem::ProfileUnknown.into()
    );
}
