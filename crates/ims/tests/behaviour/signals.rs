//! Signals during the exchange of a refresh token that can be used once.

use crate::rotating_ims::{Answer, RotatingIms};
use crate::support::{Ims, Run, Running};

const SIGNALS: [(&str, i32); 3] = [("INT", 2), ("TERM", 15), ("HUP", 1)];

/// Waits for the note that the command waits for IMS.
#[track_caller]
fn wait_for_note(running: &mut Running, signal: &str) {
    running.expect_stderr_line(&format!(
        "ims: note: SIG{signal} ends this process when IMS has answered: the answer holds the next refresh token, without which you must sign in again"
    ));
}

/// Checks that the session is usable without a second use of a refresh token.
#[track_caller]
fn assert_usable(ims: &RotatingIms) {
    assert_eq!(ims.stored(), "refresh-1");
    // The access token may have been lost with the process.
    ims.answer(Answer::Token);
    let run = ims.ims(&["token", "-p", "me"]).run();
    let is_token = ["access-1\n", "access-2\n"].contains(&run.stdout.as_str());
    assert!(run.code == 0 && is_token, "{run:?}");
    let received = ims.received();
    assert_eq!(received[..1], ["refresh-0"]);
    assert!(
        received[1..].iter().all(|token| token == "refresh-1"),
        "{received:?}"
    );
}

#[test]
fn signal_during_a_refresh_ends_the_command_when_the_answer_is_on_disk() {
    let url = "https://author-p1-e2.adobeaemcloud.com/";
    for command in [
        &["token", "-p", "me"][..],
        &["token", "-p", "me", "--no-cache"],
        &["exec", "-p", "me", "--", "true"],
        &["exec", "-p", "me", "--mask", "--", "true"],
        &["curl", "-p", "me", url],
    ] {
        for (signal, number) in SIGNALS {
            let ims = RotatingIms::new();
            let mut running = ims.ims(command).start();
            ims.wait_for_request();
            running.send(signal);
            wait_for_note(&mut running, signal);
            assert_eq!(ims.stored(), "refresh-0");
            ims.answer(Answer::Token);
            let run = running.end();
            assert_eq!(run.code, -number, "{command:?} {run:?}");
            assert_usable(&ims);
        }
    }
}

#[test]
fn ten_signals_during_a_refresh_cost_no_sign_in() {
    let ims = RotatingIms::new();
    let mut running = ims.ims(&["token", "-p", "me"]).start();
    ims.wait_for_request();
    running.send("INT");
    wait_for_note(&mut running, "INT");
    for signal in [
        "INT", "HUP", "TERM", "INT", "HUP", "TERM", "INT", "INT", "INT",
    ] {
        running.send(signal);
    }
    assert_eq!(ims.stored(), "refresh-0");
    ims.answer(Answer::Token);
    let run = running.end();
    assert!([-1, -2, -15].contains(&run.code), "{run:?}");
    assert_usable(&ims);
}

#[test]
fn hang_up_under_nohup_does_not_end_a_refresh() {
    let ims = RotatingIms::new();
    let mut running = ims.ims(&["token", "-p", "me"]).under_nohup().start();
    ims.wait_for_request();
    running.send("HUP");
    wait_for_note(&mut running, "HUP");
    ims.answer(Answer::Token);
    let run = running.end();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "access-1\n"),
        "{run:?}"
    );
    assert_usable(&ims);
}

#[test]
fn signal_while_another_process_has_the_session_ends_the_command_at_once() {
    let ims = RotatingIms::new();
    let first = ims.ims(&["token", "-p", "me"]).start();
    ims.wait_for_request();
    let mut second = ims.ims(&["token", "-p", "me", "-v"]).start();
    second.expect_stderr_line("ims: asking ");
    second.send("INT");
    assert_eq!(second.end().code, -2);
    ims.answer(Answer::Token);
    assert_eq!(first.end().code, 0);
    assert_usable(&ims);
}

#[test]
fn command_that_gives_up_waits_for_the_answer_of_its_request() {
    let ims = RotatingIms::new();
    let running = ims.ims(&["token", "-p", "me", "--timeout", "1s"]).start();
    ims.wait_for_request();
    // The stand-in never answers: the request has a deadline of its own.
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{run:?}");
    assert!(
        run.stderr
            .contains("nobody knows whether the sign-in still holds"),
        "{run:?}"
    );
    assert_eq!(ims.stored(), "refresh-0");
}

#[test]
fn sign_in_that_is_lost_explains_itself_at_each_call() {
    let ims = RotatingIms::new();
    let token = || -> Run { ims.ims(&["token", "-p", "me"]).run() };
    ims.answer(Answer::Lost);
    let uncertain = token();
    uncertain.assert_failed(5, "connection-failed");
    assert!(
        uncertain
            .stderr
            .contains(" did not arrive, so nobody knows"),
        "{uncertain:?}"
    );
    ims.answer(Answer::Token);
    let first = token();
    first.assert_failed(9, "sign-in-again");
    let (second, third) = (token(), token());
    second.assert_failed(9, "sign-in-again");
    assert_eq!(second.stderr, third.stderr);
    for part in [
        "used before",
        " was lost, with the refresh token in it",
        "ims login",
    ] {
        assert!(first.stderr.contains(part), "{part} {first:?}");
        assert!(second.stderr.contains(part), "{part} {second:?}");
    }
    assert_eq!(ims.received(), ["refresh-0", "refresh-0"]);
}

#[test]
fn signal_during_ims_refresh_ends_it_when_the_next_refresh_token_is_written() {
    for (signal, number) in SIGNALS {
        let ims = RotatingIms::new();
        let file = ims.folder.path().join("refresh-token");
        std::fs::write(&file, "refresh-0").unwrap();
        let arguments = [
            "refresh",
            "-p",
            "me",
            "--write-refresh-token",
            "refresh-token",
        ];
        let call: Ims = ims.ims(&[&arguments[..], &["refresh-token"]].concat());
        let mut running = call.start();
        ims.wait_for_request();
        running.send(signal);
        wait_for_note(&mut running, signal);
        ims.answer(Answer::Token);
        assert_eq!(running.end().code, -number);
        assert_eq!(std::fs::read_to_string(file).unwrap().trim(), "refresh-1");
    }
}
