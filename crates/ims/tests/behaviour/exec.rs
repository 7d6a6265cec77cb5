//! `ims exec`: the environment of the child, signals and exit codes.

use crate::support::{CLIENT_ID, Ims, LASTING_TOKEN, LASTING_UNTIL, OLD_TOKEN, Run, World};

const PATH: &str = "/usr/bin:/bin";

/// Creates a call of `ims exec` with a given token.
fn exec(flags: &[&str], command: &[&str]) -> Ims {
    let arguments = ["exec"].iter().chain(flags).chain(&["--"]).chain(command);
    Ims::new(arguments)
        .env("PATH", PATH)
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
}

fn sh(flags: &[&str], script: &str) -> Ims {
    exec(flags, &["sh", "-c", script])
}

/// Returns the sorted output of `env`.
#[track_caller]
fn environment(call: Ims) -> Vec<String> {
    let run = call.run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let lines = run.stdout.lines().map(str::to_owned);
    // Every call of these tests sets this variable.
    let mut lines: Vec<_> = lines.filter(|line| line != "IMS_RETRIES=0").collect();
    lines.sort();
    lines
}

const BOTH_WAYS: [&[&str]; 2] = [&[], &["--mask"]];

#[test]
fn child_gets_a_token_and_its_output_and_exit_code_are_unchanged() {
    let world = World::new();
    for flags in BOTH_WAYS {
        let document = ["-c", "service_token.json", "--ca-file", "ca.pem"];
        let flags: Vec<_> = document.iter().chain(flags).copied().collect();
        let script =
            "cat; echo \"${IMS_ACCESS_TOKEN%%J*} ${IMS_EXPIRES_AT##*Z}.\"; echo two >&2; exit 7";
        let run = sh(&flags, script)
            .in_folder(world.folder.path())
            .stdin("one\n")
            .run();
        // A token begins with eyJ, a time ends with Z.
        run.assert(7, "one\ney .\n", "two\n");
    }
    assert_eq!(world.emulator.tokens_minted(), 2);
}

#[test]
fn requested_variables_are_set() {
    let token = format!("IMS_ACCESS_TOKEN={LASTING_TOKEN}");
    let expiry = format!("IMS_EXPIRES_AT={LASTING_UNTIL}");
    let path = format!("PATH={PATH}");
    let roots = "SSL_CERT_FILE=/dev/null".to_owned();
    assert_eq!(
        environment(exec(&[], &["env"])),
        [token, expiry, path.clone(), roots.clone()]
    );
    let named = [
        "--var",
        "A",
        "--var",
        "B=header",
        "--var=C=client-id",
        "--var=D=expires-at",
        "--var",
        "E=token",
    ];
    let expected = [
        format!("A={LASTING_TOKEN}"),
        format!("B=Authorization: Bearer {LASTING_TOKEN}"),
        format!("C={CLIENT_ID}"),
        format!("D={LASTING_UNTIL}"),
        format!("E={LASTING_TOKEN}"),
        path,
        roots,
    ];
    assert_eq!(environment(exec(&named, &["env"])), expected);
    // Variables of an outer `ims exec` belong to another token.
    let inner = exec(&named, &["env"]).env("IMS_EXPIRES_AT", "long ago");
    assert_eq!(environment(inner), expected);

    let world = World::new();
    let flags = [
        "-c",
        "service_token.json",
        "--ca-file",
        "ca.pem",
        "--var",
        "ORG=org",
    ];
    let call = sh(&flags, "echo \"$ORG\"").in_folder(world.folder.path());
    let organization = world.document()["integration"]["org"].clone();
    let organization = format!("{}\n", organization.as_str().unwrap());
    call.run().assert(0, &organization, "");
}

#[test]
fn unknown_value_is_left_out_by_default_and_an_error_on_request() {
    let opaque = |flags: &[&str]| {
        exec(flags, &["env"])
            .env("IMS_ACCESS_TOKEN", "opaque")
            .env("IMS_EXPIRES_AT", "long ago")
    };
    let path = format!("PATH={PATH}");
    assert_eq!(
        environment(opaque(&[])),
        ["IMS_ACCESS_TOKEN=opaque", &path, "SSL_CERT_FILE=/dev/null"]
    );
    for what in ["expires-at", "client-id", "org"] {
        let run = opaque(&["--var", &format!("A={what}")]).run();
        run.assert_failed(125, "value-unknown");
    }
    // {"client_id":"x\r\nX-Other: y"}
    let hostile = "eyJhbGciOiJub25lIn0.eyJjbGllbnRfaWQiOiJ4XHJcblgtT3RoZXI6IHkifQ.c2ln";
    let call = opaque(&["--var", "A=client-id"]).env("IMS_ACCESS_TOKEN", hostile);
    call.run().assert_failed(125, "value-unsafe");
}

#[test]
fn child_inherits_no_document() {
    let world = World::new();
    let document = world.emulator.credentials_json();
    let ca = world.path("ca.pem");
    let with = |credentials: &std::ffi::OsStr, flags: &[&str]| {
        Ims::new(["exec"].iter().chain(flags).chain(&["--", "env"]))
            .env("PATH", PATH)
            .env("IMS_CA_FILE", &ca)
            .env("IMS_CREDENTIALS", credentials)
    };
    for flags in [&[][..], &["-c", "service_token.json"]] {
        let call = with(document.as_ref(), flags).in_folder(world.folder.path());
        let lines = environment(call);
        assert_eq!(lines.len(), 5, "{lines:?}");
        assert!(
            !lines.iter().any(|line| line.contains("CREDENTIALS")),
            "{lines:?}"
        );
    }
    // A path is no secret, and the command may call `ims` itself.
    let path = world.path("service_token.json");
    let lines = environment(with(path.as_ref(), &[]));
    let expected = format!("IMS_CREDENTIALS={}", path.display());
    assert!(lines.contains(&expected), "{lines:?}");
}

#[test]
fn clean_environment_holds_the_token_and_harmless_variables() {
    let call = exec(&["--clean-env", "--var", "T"], &["env"])
        .env("HOME", "/home")
        .env("LANG", "C")
        .env("HTTPS_PROXY", "http://user:SECRET@proxy")
        .env("AWS_SECRET_ACCESS_KEY", "SECRET")
        .env("IMS_CREDENTIALS", "/some/path");
    let expected = [
        "HOME=/home".to_owned(),
        "LANG=C".to_owned(),
        format!("PATH={PATH}"),
        format!("T={LASTING_TOKEN}"),
    ];
    assert_eq!(environment(call), expected);
}

#[test]
fn exec_without_token_prints_the_failure_and_ends_with_125() {
    let world = World::new();
    let mut document = world.document();
    document["integration"]["technicalAccount"]["clientSecret"] = "wrong".into();
    world.write("wrong.json", document.to_string());
    let both = |credentials: &[&str], token: &str| -> [Run; 2] {
        [&["token"][..], &["exec"]].map(|command| {
            let rest: &[&str] = if command == ["exec"] {
                &["--", "echo", "never"]
            } else {
                &[]
            };
            Ims::new(command.iter().chain(credentials).chain(rest))
                .in_folder(world.folder.path())
                .env("IMS_CA_FILE", "ca.pem")
                .env("IMS_ACCESS_TOKEN", token)
                .env("PATH", PATH)
                .run()
        })
    };
    for (credentials, token, code, id) in [
        (&[][..], "", 3, "credentials-missing"),
        (&["-c", "missing.json"], "", 3, "file-unreadable"),
        (&["-c", "wrong.json"], "", 4, "client-secret-wrong"),
        (&[], OLD_TOKEN, 7, "token-expired"),
    ] {
        let [token, exec] = both(credentials, token);
        token.assert_failed(code, id);
        exec.assert_failed(125, id);
        // The failures differ in the id of the request only.
        let told = |run: &Run| run.stderr.split("x-debug-id").next().map(str::to_owned);
        assert_eq!(told(&exec), told(&token));
    }
}

#[test]
fn exec_reports_usage_mistakes_before_it_starts() {
    for arguments in [
        &["exec"][..],
        &["exec", "--"],
        &["exec", "echo", "x"],
        &["exec", "--nonsense", "--", "echo"],
        &["exec", "-o", "token", "--", "echo"],
        &["exec", "--var", "1", "--", "echo"],
        &["exec", "--var", "A=secret", "--", "echo"],
        &[
            "exec",
            "--var",
            "eyJhbGciOiJub25lIn0.e30.c2ln",
            "--",
            "echo",
        ],
        &["exec", "-c", "{\"integration\": {}}", "--", "echo"],
        // Flags after `--` do not change the format of failures.
        &["exec", "--nonsense", "--", "echo", "-o", "json"],
    ] {
        let call = Ims::new(arguments).env("PATH", PATH);
        call.run().assert_failed(2, "usage");
    }
}

#[test]
fn child_that_cannot_start_ends_with_126_or_127() {
    let world = World::new();
    let plain = world.write("plain", "no program");
    let plain = plain.to_str().unwrap();
    let folder = world.folder.path().to_str().unwrap();
    for flags in BOTH_WAYS {
        for name in ["no-such-command", "/no/such/command"] {
            let run = exec(flags, &[name]).run();
            run.assert_failed(127, "command-not-found");
            assert!(run.stderr.contains(name), "{run:?}");
        }
        for name in [plain, folder] {
            let run = exec(flags, &[name]).run();
            run.assert_failed(126, "command-not-executable");
        }
        let run = exec(flags, &["eyJhbGciOiJub25lIn0.e30.c2ln"]).run();
        run.assert_failed(127, "command-not-found");
    }
}

#[test]
fn exit_code_of_a_killed_child_names_the_signal() {
    for (signal, number) in [("TERM", 15), ("PIPE", 13), ("KILL", 9)] {
        let script = format!("kill -{signal} $$");
        // No process of `ims` is in between.
        sh(&[], &script).run().assert(-number, "", "");
        sh(&["--mask"], &script).run().assert(128 + number, "", "");
    }
}

#[test]
fn signals_are_forwarded_to_a_masked_child() {
    // Not INT and HUP: the process that runs the tests may ignore them.
    let mut running = sh(&["--mask"], "echo ready; exec cat").start();
    running.expect("ready\n");
    running.send("TERM");
    running.end().assert(128 + 15, "", "");

    let trapping = "trap 'echo bye; exit 3' USR1; echo ready; read line; echo never";
    let mut running = sh(&["--mask"], trapping).start();
    running.expect("ready\n");
    running.send("USR1");
    running.end().assert(3, "bye\n", "");
}

#[test]
fn child_ignores_signals_that_nohup_ignores() {
    let outer = "trap '' HUP; exec \"$0\" exec --mask -- sh -c 'echo ready; exec cat'";
    let mut running = exec(&[], &["sh", "-c", outer, env!("CARGO_BIN_EXE_ims")]).start();
    running.expect("ready\n");
    running.send("HUP");
    running.say("still here\n");
    running.expect("still here\n");
    drop(running.stdin.take());
    running.end().assert(0, "", "");
}

#[test]
fn token_is_masked_in_stdout_and_stderr_and_in_its_header() {
    let script =
        "echo \"<$IMS_ACCESS_TOKEN$IMS_ACCESS_TOKEN>\"; echo \"Bearer $IMS_ACCESS_TOKEN\" >&2";
    sh(&["--mask"], script)
        .run()
        .assert(0, "<******>\n", "Bearer ***\n");
    sh(&["--mask", "--var", "H=header"], "printf %s \"$H\"")
        .run()
        .assert(0, "Authorization: Bearer ***", "");
    sh(&["--mask"], "printf %s aaab; printf %s aa >&2")
        .env("IMS_ACCESS_TOKEN", "aab")
        .run()
        .assert(0, "a***", "aa");
}

#[test]
fn token_is_masked_across_two_writes() {
    // The last four characters arrive after the first part was read.
    let script = "printf 'ready\\n%s' \"${IMS_ACCESS_TOKEN%????}\"; read line; echo c2ln";
    let mut running = sh(&["--mask"], script).start();
    running.expect("ready\n");
    running.say("\n");
    running.end().assert(0, "***\n", "");
}

#[test]
fn masking_holds_no_output_back() {
    let script = "printf 'name? '; read name; printf 'hello %s e' \"$name\"; read line; echo";
    let mut running = sh(&["--mask"], script).start();
    running.expect("name? ");
    running.say("you\n");
    // Only the e may be the beginning of a token.
    running.expect("hello you ");
    running.say("\n");
    running.end().assert(0, "e\n", "");
}

#[test]
fn masked_child_notices_a_closed_reader() {
    let mut running = exec(&["--mask"], &["yes"]).start();
    running.expect("y\n");
    running.close_stdout();
    running.end().assert(128 + 13, "", "");
}

#[test]
fn output_of_a_background_process_is_copied_to_its_end() {
    let script = "exec 3<&0; (read line <&3; echo \"$line\") & echo ready; exit 5";
    let mut running = sh(&["--mask"], script).start();
    running.expect("ready\n");
    running.say("late\n");
    running.end().assert(5, "late\n", "");
}
