//! The overview of what programs need.

use super::lines::{Address, quoted};
use crate::args::{EmulatorFlags, TrustArgs};

/// The languages and programs, with the variables that their lines set.
const PROGRAMS: [(&str, &str); 5] = [
    ("node", "NODE_EXTRA_CA_CERTS"),
    ("python", "SSL_CERT_FILE, REQUESTS_CA_BUNDLE"),
    ("java", "JAVA_TOOL_OPTIONS"),
    ("go", "SSL_CERT_FILE"),
    ("curl", "CURL_CA_BUNDLE"),
];

/// Returns the overview for people.
pub(super) fn overview(address: &Address, args: &TrustArgs) -> String {
    let Address { url, ca, proxy } = address;
    let mut text = format!("Emulator:  {url}\nCA:        {}\n", ca.display());
    match proxy {
        Some(proxy) => text.push_str(&format!(
            "Proxy:     http://{}:{}, for *.adobelogin.com, *.adobeaemcloud.com and *.adobe.io\n",
            proxy.host, proxy.port
        )),
        None => text.push_str("Proxy:     none; `ims emulator serve --connect-port 0` opens one\n"),
    }
    text.push_str("\nEvaluate the lines for a program in the shell that starts it:\n");
    let found_by = found_by(address, args);
    for (program, variables) in PROGRAMS {
        let store = if program == "java" {
            " --trust-store FILE"
        } else {
            ""
        };
        text.push_str(&format!(
            "  eval \"$(ims emulator trust --for {program}{found_by}{store})\"  # {variables}\n"
        ));
    }
    text.push_str("\nNothing is installed: the variables hold for this shell and its programs.");
    text
}

/// Returns the flags by which the lines find the same emulator. Stdin cannot be read again.
fn found_by(address: &Address, args: &TrustArgs) -> String {
    let EmulatorFlags {
        url,
        ready_file,
        ca_file,
        ..
    } = &args.emulator;
    if let Some(path) = ready_file.as_deref().filter(|path| *path != "-") {
        return format!(" --ready-file {}", quoted(&path.to_string_lossy()));
    }
    let mut flags = String::new();
    if url.is_some() || ready_file.is_some() {
        flags.push_str(&format!(" --url {}", quoted(&address.url)));
    }
    if !ca_file.is_empty() || ready_file.is_some() {
        let ca = address.ca.to_string_lossy();
        flags.push_str(&format!(" --ca-file {}", quoted(&ca)));
    }
    flags
}
