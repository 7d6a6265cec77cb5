//! `ims emulator trust`: the lines for each program.

use std::fs;
use std::path::Path;

use crate::emulator::Serving;
use crate::support::{Ims, Run};

fn trust(arguments: &[&str], folder: &Path) -> Run {
    let all = ["emulator", "trust"].iter().chain(arguments);
    Ims::new(all).in_folder(folder).run()
}

fn proxy_lines(url: &str) -> String {
    format!(
        "export HTTPS_PROXY={url}\nexport https_proxy={url}\n\
         export NO_PROXY=127.0.0.1,localhost,::1\nexport no_proxy=127.0.0.1,localhost,::1\n"
    )
}

#[test]
fn lines_name_the_ca_and_the_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--connect-port", "0", "--ready-file", "ready.json"];
    let serving = Serving::start(&flags, folder.path());
    let ca = serving.text("ca");
    let proxy = serving.ready["proxy"]["url"].as_str().unwrap();
    let proxy = proxy_lines(proxy);
    let replaces = "# The CA takes the place of those of the machine.\n";
    for (program, expected) in [
        (
            "node",
            format!(
                "# Node.js reads the proxy from 22.21 and 24.5 on. An older one needs a proxy agent.\n\
                 export NODE_EXTRA_CA_CERTS={ca}\nexport NODE_USE_ENV_PROXY=1\n{proxy}"
            ),
        ),
        (
            "python",
            format!("{replaces}export SSL_CERT_FILE={ca}\nexport REQUESTS_CA_BUNDLE={ca}\n{proxy}"),
        ),
        (
            "curl",
            format!("{replaces}export CURL_CA_BUNDLE={ca}\n{proxy}"),
        ),
        (
            "go",
            format!(
                "# The CA takes the place of the CA file of the machine. On macOS and Windows Go does \
                 not read SSL_CERT_FILE.\nexport SSL_CERT_FILE={ca}\n{proxy}"
            ),
        ),
    ] {
        let run = trust(
            &["--for", program, "--ready-file", "ready.json"],
            folder.path(),
        );
        assert_eq!(
            (run.code, run.stdout, run.stderr),
            (0, expected, String::new())
        );
    }

    let (_, port) = serving.ready["proxy"]["url"]
        .as_str()
        .unwrap()
        .rsplit_once(':')
        .unwrap();
    let folder_with_blank = folder.path().canonicalize().unwrap().join("it's a folder");
    fs::create_dir(&folder_with_blank).unwrap();
    let store = folder_with_blank.join("ca.p12");
    let java = || {
        let store = store.to_str().unwrap();
        let flags = [
            "--for",
            "java",
            "--ready-file",
            "ready.json",
            "--trust-store",
            store,
        ];
        trust(&flags, folder.path())
    };
    let run = java();
    let quoted = store.to_str().unwrap().replace('\'', r"'\''");
    let expected = format!(
        "# The CA takes the place of those of Java.\n\
         export JAVA_TOOL_OPTIONS='-Djavax.net.ssl.trustStore=\"{quoted}\" \
         -Djavax.net.ssl.trustStoreType=PKCS12 -Dhttps.proxyHost=127.0.0.1 \
         -Dhttps.proxyPort={port} -Dhttp.nonProxyHosts=\"localhost|127.*|[::1]\"'\n"
    );
    assert_eq!(
        (run.code, run.stdout, run.stderr),
        (0, expected, String::new())
    );
    // The store of an earlier emulator is replaced, and no other file.
    assert_eq!(java().code, 0);
    fs::write(&store, "mine").unwrap();
    java().assert_failed(3, "would-overwrite");
    assert_eq!(fs::read_to_string(&store).unwrap(), "mine");
}

#[test]
fn shell_that_evaluates_the_lines_reaches_the_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--connect-port",
        "0",
        "--proxy-auth",
        "--ready-file",
        "ready.json",
    ];
    let serving = Serving::start(&flags, folder.path());
    let script = "eval \"$(\"$IMS\" emulator trust --for curl --ready-file ready.json)\"\n\
                  IMS_CA_FILE=$CURL_CA_BUNDLE exec \"$IMS\" token -c \"$1\" -o json";
    let run = std::process::Command::new("sh")
        .args(["-c", script, "sh", serving.text("credentials")])
        .current_dir(folder.path())
        .env_clear()
        .env("IMS", env!("CARGO_BIN_EXE_ims"))
        .env("IMS_CACHE", "off")
        .env("SSL_CERT_FILE", "/dev/null")
        .output()
        .unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!((run.status.code(), &*stderr), (Some(0), ""));
    assert!(
        String::from_utf8(run.stdout)
            .unwrap()
            .contains("access_token")
    );
}

#[test]
fn overview_names_the_addresses_and_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--tls", "--ready-file", "ready.json"];
    let serving = Serving::start(&flags, folder.path());
    let run = trust(&["--ready-file", "ready.json"], folder.path());
    let (url, ca) = (serving.text("url"), serving.text("ca"));
    let expected = format!(
        "Emulator:  {url}\n\
         CA:        {ca}\n\
         Proxy:     none; `ims emulator serve --connect-port 0` opens one\n\n\
         Evaluate the lines for a program in the shell that starts it:\n  \
         eval \"$(ims emulator trust --for node --ready-file ready.json)\"  # NODE_EXTRA_CA_CERTS\n  \
         eval \"$(ims emulator trust --for python --ready-file ready.json)\"  # SSL_CERT_FILE, REQUESTS_CA_BUNDLE\n  \
         eval \"$(ims emulator trust --for java --ready-file ready.json --trust-store FILE)\"  # JAVA_TOOL_OPTIONS\n  \
         eval \"$(ims emulator trust --for go --ready-file ready.json)\"  # SSL_CERT_FILE\n  \
         eval \"$(ims emulator trust --for curl --ready-file ready.json)\"  # CURL_CA_BUNDLE\n\n\
         Nothing is installed: the variables hold for this shell and its programs.\n"
    );
    assert_eq!(
        (run.code, run.stdout, run.stderr),
        (0, expected, String::new())
    );

    // Without a proxy the lines are about trust only.
    let run = trust(
        &["--for", "node", "--ready-file", "ready.json"],
        folder.path(),
    );
    let expected = format!(
        "# The emulator has no proxy. With --connect-port 0 it is reached by Adobe's host names, too.\n\
         export NODE_EXTRA_CA_CERTS={ca}\n"
    );
    assert_eq!(
        (run.code, run.stdout, run.stderr),
        (0, expected, String::new())
    );
}

#[test]
fn emulator_is_found_by_the_variables() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(
        &["--tls", "--connect-port", "0", "--proxy-auth"],
        folder.path(),
    );
    let (url, ca) = (serving.text("url"), serving.text("ca"));
    let run = Ims::new(["emulator", "trust", "--for", "curl"])
        .env("IMS_URL", url)
        .env("IMS_CA_FILE", ca)
        .run();
    let proxy = proxy_lines(serving.ready["proxy"]["url"].as_str().unwrap());
    let expected = format!(
        "# The CA takes the place of those of the machine.\n\
         # A user and a password of the proxy are known by --ready-file only.\n\
         export CURL_CA_BUNDLE={ca}\n{proxy}"
    );
    assert_eq!(
        (run.code, run.stdout, run.stderr),
        (0, expected, String::new())
    );
    // Without the CA nobody knows who answers. The tests know no root certificates.
    let run = Ims::new(["emulator", "trust"]).env("IMS_URL", url).run();
    run.assert_failed(5, "roots-missing");
}

#[test]
fn missing_emulator_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&["--ready-file", "ready.json"], folder.path());
    let run = trust(
        &["--for", "node", "--ready-file", "ready.json"],
        folder.path(),
    );
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        format!(
            "ims: the emulator at {} serves http and has no proxy: it has no CA to trust [usage]\n\
             hint: start it with --connect-port 0, with --tls, or with both\n",
            serving.text("url")
        )
    );
    let copy = fs::read(folder.path().join("ready.json")).unwrap();
    assert_eq!(serving.end("-TERM").0, Some(0));
    fs::write(folder.path().join("stale.json"), copy).unwrap();
    let run = trust(&["--ready-file", "stale.json"], folder.path());
    run.assert_failed(5, "nothing-listens");
    // The other commands of the remote control find the emulator in the same way, with the same messages.
    fs::write(folder.path().join("other.json"), "{}").unwrap();
    let run = trust(&["--ready-file", "other.json"], folder.path());
    run.assert_failed(3, "emulator-not-named");
    let run = trust(&["--ready-file", "missing.json"], folder.path());
    run.assert_failed(3, "file-unreadable");
    trust(&["--url", "prod"], folder.path()).assert_failed(3, "emulator-not-local");
    trust(&[], folder.path()).assert_failed(3, "emulator-not-named");
}

#[test]
fn emulator_is_found_by_the_flags() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--connect-port", "0", "--ready-file", "ready.json"];
    let serving = Serving::start(&flags, folder.path());
    let (url, ca) = (serving.text("url"), serving.text("ca"));
    let by_ready_file = trust(
        &["--for", "curl", "--ready-file", "ready.json"],
        folder.path(),
    );
    let by_url = ["--for", "curl", "--url", url, "--ca-file", ca];
    let run = trust(&by_url, folder.path());
    let note = "# A user and a password of the proxy are known by --ready-file only.\n";
    assert_eq!(
        (run.code, run.stdout.replace(note, ""), run.stderr),
        (0, by_ready_file.stdout, String::new())
    );
    // A program may have another working folder.
    let name = Path::new(ca).file_name().unwrap();
    let relative = [
        "--for",
        "curl",
        "--url",
        url,
        "--ca-file",
        name.to_str().unwrap(),
    ];
    let in_folder_of_ca = trust(&relative, Path::new(ca).parent().unwrap());
    assert_eq!(in_folder_of_ca.stdout, run.stdout);
    // The overview names the flags again. Stdin cannot be read twice.
    let again = format!("trust --for go --url {url} --ca-file {ca})");
    let overview = trust(&["--url", url, "--ca-file", ca], folder.path()).stdout;
    assert!(overview.contains(&again), "{overview}");
    let overview = Ims::new(["emulator", "trust", "--ready-file", "-"])
        .stdin(serving.ready.to_string())
        .run();
    assert!(overview.stdout.contains(&again), "{overview:?}");

    for (flags, message) in [
        (
            &["--url", url][..],
            format!(
                "ims: nothing names the file with the CA of the emulator at {url} [usage]\n\
                 hint: name it: --ca-file or IMS_CA_FILE, or --ready-file with the ready line\n"
            ),
        ),
        (
            &["--url", url, "--ca-file", ca, "--ca-file", ca],
            format!(
                "ims: several files are named for the CA of the emulator at {url} [usage]\n\
                 hint: name one: programs read one file\n"
            ),
        ),
    ] {
        trust(flags, folder.path()).assert(2, "", &message);
    }
}

#[test]
fn java_wants_a_trust_store() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--tls", "--ready-file", "ready.json"];
    let serving = Serving::start(&flags, folder.path());
    let run = trust(
        &["--for", "java", "--ready-file", "ready.json"],
        folder.path(),
    );
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        format!(
            "ims: Java reads no certificate, but a trust store: name a file for it with --trust-store \
             FILE [usage]\n\
             hint: or make one: keytool -importcert -noprompt -alias adobe-ims-emulator -file {} \
             -keystore FILE -storetype PKCS12 -storepass changeit\n",
            serving.text("ca")
        )
    );
    let flags = [
        "--for",
        "go",
        "--ready-file",
        "ready.json",
        "--trust-store",
        "x.p12",
    ];
    let run = trust(&flags, folder.path());
    run.assert_failed(2, "usage");
    assert!(!folder.path().join("x.p12").exists());
}
