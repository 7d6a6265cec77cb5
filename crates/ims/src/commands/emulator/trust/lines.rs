//! The lines that a shell evaluates.

use std::path::{Path, PathBuf};

use super::proxy_address::ProxyAddress;
use crate::args::TrustedBy;

/// The hosts that a program reaches without the proxy: this machine.
const NO_PROXY: &str = "127.0.0.1,localhost,::1";

/// The address of an emulator with a CA.
pub(super) struct Address {
    pub(super) url: String,
    pub(super) ca: PathBuf,
    pub(super) proxy: Option<ProxyAddress>,
}

/// Returns the lines for a program: notes as comments, and variables.
pub(super) fn lines(
    program: TrustedBy,
    address: &Address,
    trust_store: Option<&Path>,
) -> Vec<String> {
    let mut lines: Vec<String> = notes(program, address)
        .into_iter()
        .map(|note| format!("# {note}"))
        .collect();
    let mut export = |name: &str, value: &str| {
        lines.push(format!("export {name}={}", quoted(value)));
    };
    let ca = address.ca.to_string_lossy();
    match program {
        TrustedBy::Node => export("NODE_EXTRA_CA_CERTS", &ca),
        TrustedBy::Python => {
            export("SSL_CERT_FILE", &ca);
            export("REQUESTS_CA_BUNDLE", &ca);
        }
        TrustedBy::Go => export("SSL_CERT_FILE", &ca),
        TrustedBy::Curl => export("CURL_CA_BUNDLE", &ca),
        TrustedBy::Java => {
            let store = trust_store.unwrap_or(&address.ca);
            export("JAVA_TOOL_OPTIONS", &java_options(address, store));
        }
    }
    if let Some(proxy) = address
        .proxy
        .as_ref()
        .filter(|_| program != TrustedBy::Java)
    {
        if program == TrustedBy::Node {
            export("NODE_USE_ENV_PROXY", "1");
        }
        let url = proxy.with_credentials();
        for (name, value) in [
            ("HTTPS_PROXY", &*url),
            ("https_proxy", &url),
            ("NO_PROXY", NO_PROXY),
            ("no_proxy", NO_PROXY),
        ] {
            export(name, value);
        }
    }
    lines
}

fn notes(program: TrustedBy, address: &Address) -> Vec<&'static str> {
    let has_proxy = address.proxy.is_some();
    let mut notes = Vec::new();
    notes.extend(match program {
        TrustedBy::Node if has_proxy => Some(
            "Node.js reads the proxy from 22.21 and 24.5 on. An older one needs a proxy agent.",
        ),
        TrustedBy::Node => None,
        TrustedBy::Python | TrustedBy::Curl => {
            Some("The CA takes the place of those of the machine.")
        }
        TrustedBy::Go => Some(
            "The CA takes the place of the CA file of the machine. On macOS and Windows Go does not \
             read SSL_CERT_FILE.",
        ),
        TrustedBy::Java => Some("The CA takes the place of those of Java."),
    });
    match &address.proxy {
        None => notes.push(
            "The emulator has no proxy. With --connect-port 0 it is reached by Adobe's host names, too.",
        ),
        Some(proxy) if program == TrustedBy::Java && proxy.credentials.is_some() => notes.push(
            "Java takes the user and the password of the proxy from the program: \
             Authenticator.setDefault, or HttpClient.Builder.authenticator.",
        ),
        Some(proxy) if !proxy.is_whole => notes.push(
            "A user and a password of the proxy are known by --ready-file only.",
        ),
        Some(_) => {}
    }
    notes
}

/// Returns the options of a virtual machine. It splits them at blanks, except in quotes.
fn java_options(address: &Address, store: &Path) -> String {
    let mut options = vec![
        format!(
            "-Djavax.net.ssl.trustStore={}",
            java_quoted(&store.to_string_lossy())
        ),
        "-Djavax.net.ssl.trustStoreType=PKCS12".to_owned(),
    ];
    if let Some(proxy) = &address.proxy {
        options.push(format!("-Dhttps.proxyHost={}", proxy.host));
        options.push(format!("-Dhttps.proxyPort={}", proxy.port));
        options.push("-Dhttp.nonProxyHosts=\"localhost|127.*|[::1]\"".to_owned());
        if proxy.credentials.is_some() {
            // Java refuses Basic for tunnels otherwise.
            options.push("-Djdk.http.auth.tunneling.disabledSchemes=".to_owned());
        }
    }
    options.join(" ")
}

fn java_quoted(text: &str) -> String {
    let quote = if text.contains('"') { '\'' } else { '"' };
    if text.contains([' ', '\t', '"', '\'']) {
        format!("{quote}{text}{quote}")
    } else {
        text.to_owned()
    }
}

/// Returns a word for a shell.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:,+@%=".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (text, expected) in [
            ("/tmp/ca.pem", "/tmp/ca.pem"),
            ("", "''"),
            ("/a b/$(c)", "'/a b/$(c)'"),
            ("/it's", r"'/it'\''s'"),
            ("ü", "'ü'"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn java_options_are_quoted_for_the_virtual_machine() {
        for (text, expected) in [
            ("/tmp/a.p12", "/tmp/a.p12"),
            ("/a b/c.p12", "\"/a b/c.p12\""),
            ("/it's/c.p12", "\"/it's/c.p12\""),
            ("/a\"b/c.p12", "'/a\"b/c.p12'"),
        ] {
            assert_eq!(java_quoted(text), expected);
        }
    }
}
