//! `docs/curl.md` lists every flag of curl, and the parser does what the page says.

use std::collections::{BTreeMap, BTreeSet};

use clap::Parser as _;
use clap::error::ErrorKind;

use super::curl_flags::{REFUSED, UNNEEDED, refusal};
use super::{Arguments, usage};

const PAGE: &str = include_str!("../../../../docs/curl.md");

/// The flags of `curl --help all`, version 7.88.1.
const CURL: &str = "\
    -a -E -K -C -b -c -d -q -D -f -F -P -G -g -I -H -h -0 -i -k -4 -6 -j -l -L -M -m -n -: -N -o -Z -# -x -U -p -Q \
    -r -e -J -O -R -X -S -s -Y -y -2 -3 -t -z -1 -T -B -u -A -v -V -w \
    --abstract-unix-socket --alt-svc --anyauth --append --aws-sigv4 --basic --cacert --capath --cert --cert-status \
    --cert-type --ciphers --compressed --compressed-ssh --config --connect-timeout --connect-to --continue-at \
    --cookie --cookie-jar --create-dirs --create-file-mode --crlf --crlfile --curves --data --data-ascii \
    --data-binary --data-raw --data-urlencode --delegation --digest --disable --disable-eprt --disable-epsv \
    --disallow-username-in-url --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers --doh-cert-status \
    --doh-insecure --doh-url --dump-header --egd-file --engine --etag-compare --etag-save --expect100-timeout \
    --fail --fail-early --fail-with-body --false-start --form --form-escape --form-string --ftp-account \
    --ftp-alternative-to-user --ftp-create-dirs --ftp-method --ftp-pasv --ftp-port --ftp-pret --ftp-skip-pasv-ip \
    --ftp-ssl-ccc --ftp-ssl-ccc-mode --ftp-ssl-control --get --globoff --happy-eyeballs-timeout-ms \
    --haproxy-protocol --head --header --help --hostpubmd5 --hostpubsha256 --hsts --http0.9 --http1.0 --http1.1 \
    --http2 --http2-prior-knowledge --http3 --http3-only --ignore-content-length --include --insecure --interface \
    --ipv4 --ipv6 --json --junk-session-cookies --keepalive-time --key --key-type --krb --libcurl --limit-rate \
    --list-only --local-port --location --location-trusted --login-options --mail-auth --mail-from --mail-rcpt \
    --mail-rcpt-allowfails --manual --max-filesize --max-redirs --max-time --metalink --negotiate --netrc \
    --netrc-file --netrc-optional --next --no-alpn --no-buffer --no-clobber --no-keepalive --no-npn \
    --no-progress-meter --no-sessionid --noproxy --ntlm --ntlm-wb --oauth2-bearer --output --output-dir --parallel \
    --parallel-immediate --parallel-max --pass --path-as-is --pinnedpubkey --post301 --post302 --post303 \
    --preproxy --progress-bar --proto --proto-default --proto-redir --proxy --proxy-anyauth --proxy-basic \
    --proxy-cacert --proxy-capath --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-digest \
    --proxy-header --proxy-insecure --proxy-key --proxy-key-type --proxy-negotiate --proxy-ntlm --proxy-pass \
    --proxy-pinnedpubkey --proxy-service-name --proxy-ssl-allow-beast --proxy-ssl-auto-client-cert \
    --proxy-tls13-ciphers --proxy-tlsauthtype --proxy-tlspassword --proxy-tlsuser --proxy-tlsv1 --proxy-user \
    --proxy1.0 --proxytunnel --pubkey --quote --random-file --range --rate --raw --referer --remote-header-name \
    --remote-name --remote-name-all --remote-time --remove-on-error --request --request-target --resolve --retry \
    --retry-all-errors --retry-connrefused --retry-delay --retry-max-time --sasl-authzid --sasl-ir --service-name \
    --show-error --silent --socks4 --socks4a --socks5 --socks5-basic --socks5-gssapi --socks5-gssapi-nec \
    --socks5-gssapi-service --socks5-hostname --speed-limit --speed-time --ssl --ssl-allow-beast \
    --ssl-auto-client-cert --ssl-no-revoke --ssl-reqd --ssl-revoke-best-effort --sslv2 --sslv3 --stderr \
    --styled-output --suppress-connect-headers --tcp-fastopen --tcp-nodelay --telnet-option --tftp-blksize \
    --tftp-no-options --time-cond --tls-max --tls13-ciphers --tlsauthtype --tlspassword --tlsuser --tlsv1 \
    --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --tr-encoding --trace --trace-ascii --trace-time --unix-socket \
    --upload-file --url --url-query --use-ascii --user --user-agent --verbose --version --write-out --xattr";

/// Returns the rows of a section: the flags in the first column, and the last column without backticks.
fn rows(section: &str) -> BTreeMap<&'static str, String> {
    let (_, text) = PAGE.split_once(&format!("\n## {section}\n")).unwrap();
    let text = text.split("\n## ").next().unwrap();
    let mut rows = BTreeMap::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let reason = cells[cells.len() - 1].replace('`', "");
        for flag in cells[0].split(", ") {
            let earlier = rows.insert(flag.trim_matches('`'), reason.clone());
            assert!(earlier.is_none(), "{flag} twice");
        }
    }
    rows
}

/// Returns the error of the parser for a flag, with and without a value.
fn errors(flag: &str) -> [Option<clap::Error>; 2] {
    [&[][..], &["1"]].map(|value| {
        let words = ["ims", "curl", "https://x.adobe.io/", flag];
        Arguments::try_parse_from(words.iter().chain(value)).err()
    })
}

#[test]
fn every_flag_of_curl_is_in_one_table() {
    let sections = [
        "As in curl",
        "With another meaning",
        "Accepted, without an effect",
        "Refused",
    ];
    let sections = sections.map(rows);
    let mut count = BTreeMap::new();
    for flag in sections.iter().flat_map(BTreeMap::keys) {
        *count.entry(*flag).or_insert(0) += 1;
    }
    let twice: Vec<_> = count.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let missing: Vec<_> = CURL
        .split_whitespace()
        .filter(|flag| !count.contains_key(flag))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(CURL.split_whitespace().count() > 240);
}

#[test]
fn accepted_flags_are_known_to_the_parser() {
    let mut known = rows("As in curl");
    known.extend(rows("With another meaning"));
    let unneeded = rows("Accepted, without an effect");
    for flag in known.keys().chain(unneeded.keys()) {
        let is_known = errors(flag).into_iter().any(|error| match error {
            None => true,
            Some(error) => error.kind() != ErrorKind::UnknownArgument,
        });
        assert!(is_known, "{flag}");
        assert_eq!(refusal(flag), None, "{flag}");
    }
    let table = UNNEEDED.iter();
    let table = table.flat_map(|it| {
        it.flags
            .split_whitespace()
            .map(|flag| (flag, it.reason.to_owned()))
    });
    assert_eq!(table.collect::<BTreeMap<_, _>>(), unneeded);
}

#[test]
fn refused_flags_are_refused_with_the_reason_of_the_page() {
    let told = rows("Refused");
    let flags = REFUSED.iter().flat_map(|it| it.flags.split_whitespace());
    assert_eq!(
        flags.collect::<BTreeSet<_>>(),
        told.keys().copied().collect::<BTreeSet<_>>()
    );
    for (flag, reason) in told {
        for error in errors(flag) {
            let line = usage::failure(&error.unwrap()).line();
            let reason = reason.trim_end_matches('.');
            let expected = format!("`ims curl` has no {flag} of curl: {reason} [usage]");
            assert_eq!(
                line.replace('`', "").to_lowercase(),
                expected.replace('`', "").to_lowercase()
            );
        }
    }
}
