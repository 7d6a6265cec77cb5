//! The flags of curl that `ims curl` does not have, and those that change nothing here.
//!
//! The tables hold every flag of curl that has no other meaning here. `docs/curl.md` shows them; a test compares both.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// Flags of curl that are accepted and have no effect.
pub(super) struct Unneeded {
    /// The names, separated by blanks.
    pub(super) flags: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "the documentation shows it"))]
    pub(super) reason: &'static str,
}

pub(super) const UNNEEDED: &[Unneeded] = &[
    Unneeded {
        flags: "-s --silent -# --progress-bar --progress-meter --no-progress-meter",
        reason: "There is no progress meter. Errors are shown in any case.",
    },
    Unneeded {
        flags: "-S --show-error",
        reason: "Errors are shown in any case.",
    },
    Unneeded {
        flags: "-N --no-buffer",
        reason: "The body is printed as it arrives.",
    },
    Unneeded {
        flags: "-g --globoff",
        reason: "A URL is one URL: brackets and braces in it mean nothing.",
    },
    Unneeded {
        flags: "--compressed",
        reason: "The tool asks for no compression, so the body is readable.",
    },
    Unneeded {
        flags: "--fail-with-body",
        reason: "This is the default: the body is printed, and the exit code tells the failure.",
    },
    Unneeded {
        flags: "--fail-early",
        reason: "One call sends one request.",
    },
    Unneeded {
        flags: "--http1.1 --http2",
        reason: "The tool speaks HTTP/1.1, as curl does where a server has no HTTP/2.",
    },
    Unneeded {
        flags: "--tlsv1.2",
        reason: "The tool speaks TLS 1.2 and 1.3 only.",
    },
    Unneeded {
        flags: "--path-as-is",
        reason: "The path is sent as it is.",
    },
    Unneeded {
        flags: "--disallow-username-in-url",
        reason: "A URL with a login is refused in any case.",
    },
    Unneeded {
        flags: "--tcp-nodelay --no-keepalive --no-styled-output --styled-output",
        reason: "They make no difference here.",
    },
];

/// Flags of curl that are refused for one reason.
pub(super) struct Refused {
    /// The names, separated by blanks.
    pub(super) flags: &'static str,
    /// The reason, and what to do instead, as one sentence without its end.
    pub(super) reason: &'static str,
}

pub(super) const REFUSED: &[Refused] = &[
    Refused {
        flags: "-k --insecure --proxy-insecure --doh-insecure",
        reason: "every certificate is checked, because the server gets the token; --ca-file FILE trusts the CA of the server",
    },
    Refused {
        flags: "--cacert --capath --ca-native --proxy-cacert --proxy-capath --proxy-ca-native",
        reason: "the roots of the operating system are trusted, and --ca-file FILE adds a CA",
    },
    Refused {
        flags: "-L --location --location-trusted --follow --max-redirs --post301 --post302 --post303 \
                --proto-redir",
        reason: "redirects are not followed, because the token goes to the given URL only; -i shows where a redirect leads",
    },
    Refused {
        flags: "-u --user --anyauth --basic --digest --negotiate --ntlm --ntlm-wb -n --netrc --netrc-file \
                --netrc-optional --aws-sigv4 --delegation --krb --login-options --sasl-authzid --sasl-ir \
                --service-name --tlsauthtype --tlspassword --tlsuser",
        reason: "the token is the login; -c FILE or -p NAME names the credentials for it",
    },
    Refused {
        flags: "--oauth2-bearer",
        reason: "a token on the command line can be read by every user of the machine; the variable IMS_ACCESS_TOKEN names a token of your own",
    },
    Refused {
        flags: "-x --proxy --noproxy --preproxy --proxy1.0 -U --proxy-user --proxy-anyauth --proxy-basic \
                --proxy-digest --proxy-header --proxy-http2 --proxy-negotiate --proxy-ntlm --proxy-service-name \
                --proxytunnel --socks4 --socks4a --socks5 --socks5-basic --socks5-gssapi --socks5-gssapi-nec \
                --socks5-gssapi-service --socks5-hostname --suppress-connect-headers --haproxy-protocol \
                --haproxy-clientip",
        reason: "the proxy is that of the variables HTTPS_PROXY and NO_PROXY",
    },
    Refused {
        flags: "-b --cookie --cookie-jar -j --junk-session-cookies",
        reason: "no cookies are kept; -H 'Cookie: NAME=VALUE' sends one",
    },
    Refused {
        flags: "-o --output -O --remote-name --remote-name-all -J --remote-header-name --output-dir \
                --create-dirs --create-file-mode --no-clobber --clobber --skip-existing --out-null \
                --remove-on-error -R --remote-time --xattr -C --continue-at",
        reason: "the body goes to stdout, and > FILE writes it to a file",
    },
    Refused {
        flags: "-D --dump-header",
        reason: "-i prints status and headers before the body",
    },
    Refused {
        flags: "-w --write-out",
        reason: "stdout is the answer alone; -i prints its status, and the exit code tells the kind of the status",
    },
    Refused {
        flags: "--trace --trace-ascii --trace-config --trace-ids --trace-time --libcurl",
        reason: "they would print the token; -v reports each step without secrets",
    },
    Refused {
        flags: "--stderr",
        reason: "2> FILE writes the messages to a file",
    },
    Refused {
        flags: "-K --disable",
        reason: "flags are read from the command line only, and no .curlrc is read",
    },
    Refused {
        flags: "--retry --retry-all-errors --retry-connrefused --retry-delay --retry-max-time",
        reason: "a request is not repeated, because it may have taken effect",
    },
    Refused {
        flags: "--connect-timeout",
        reason: "--timeout TIME limits connecting, too",
    },
    Refused {
        flags: "-Y --speed-limit -y --speed-time --limit-rate --rate --expect100-timeout --keepalive-time \
                --keepalive-cnt",
        reason: "--timeout and --max-time limit the time",
    },
    Refused {
        flags: "-: --next -Z --parallel --parallel-immediate --parallel-max --parallel-max-host",
        reason: "one call sends one request",
    },
    Refused {
        flags: "--url-query",
        reason: "the query is a part of the URL; -G puts data into it, and --data-urlencode encodes the data",
    },
    Refused {
        flags: "-z --time-cond --etag-compare --etag-save",
        reason: "-H sends If-None-Match or If-Modified-Since",
    },
    Refused {
        flags: "--resolve --connect-to --interface -4 --ipv4 -6 --ipv6 --local-port --unix-socket \
                --abstract-unix-socket --doh-url --doh-cert-status --dns-interface --dns-ipv4-addr \
                --dns-ipv6-addr --dns-servers --happy-eyeballs-timeout-ms --ip-tos --vlan-priority --mptcp \
                --tcp-fastopen --request-target",
        reason: "the token goes to the server that the URL names, as the operating system finds it",
    },
    Refused {
        flags: "-0 --http1.0 --http0.9 --http2-prior-knowledge --http3 --http3-only",
        reason: "the tool speaks HTTP/1.1",
    },
    Refused {
        flags: "--proto --proto-default",
        reason: "the tool speaks https, and http with this machine only",
    },
    Refused {
        flags: "-E --cert --cert-type --key --key-type --pass --proxy-cert --proxy-cert-type --proxy-key \
                --proxy-key-type --proxy-pass",
        reason: "there are no client certificates: the token is the login",
    },
    Refused {
        flags: "--ciphers --tls13-ciphers --curves --sigalgs --ech --tls-max --tls-earlydata -1 --tlsv1 \
                --tlsv1.0 --tlsv1.1 --tlsv1.3 -2 --sslv2 -3 --sslv3 --ssl-allow-beast --ssl-auto-client-cert \
                --ssl-no-revoke --ssl-revoke-best-effort --ssl-sessions --cert-status --crlfile --pinnedpubkey \
                --engine --egd-file --random-file --false-start --no-alpn --no-npn --no-sessionid \
                --proxy-ciphers --proxy-crlfile --proxy-pinnedpubkey --proxy-ssl-allow-beast \
                --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsauthtype --proxy-tlspassword \
                --proxy-tlsuser --proxy-tlsv1",
        reason: "TLS 1.2 and 1.3 are used with fixed settings",
    },
    Refused {
        flags: "--raw --tr-encoding --ignore-content-length --max-filesize --crlf -B --use-ascii -a --append \
                --form-escape --variable",
        reason: "content is sent and printed as it is",
    },
    Refused {
        flags: "--alt-svc --hsts",
        reason: "the tool keeps nothing of an API between two calls",
    },
    Refused {
        flags: "--ssl --ssl-reqd --disable-eprt --disable-epsv --ftp-account --ftp-alternative-to-user \
                --ftp-create-dirs --ftp-method --ftp-pasv -P --ftp-port --ftp-pret --ftp-skip-pasv-ip \
                --ftp-ssl-ccc --ftp-ssl-ccc-mode --ftp-ssl-control -l --list-only -Q --quote --mail-auth \
                --mail-from --mail-rcpt --mail-rcpt-allowfails --upload-flags --hostpubmd5 --hostpubsha256 \
                --pubkey --compressed-ssh -t --telnet-option --tftp-blksize --tftp-no-options --metalink",
        reason: "the tool speaks HTTP only",
    },
    Refused {
        flags: "-M --manual",
        reason: "--help describes the flags",
    },
    Refused {
        flags: "-V --version",
        reason: "`ims --version` prints the version",
    },
];

/// Returns the reason for which `ims curl` refuses a flag of curl.
pub(super) fn refusal(flag: &str) -> Option<&'static str> {
    let found = REFUSED
        .iter()
        .find(|it| it.flags.split_whitespace().any(|it| it == flag));
    found.map(|it| it.reason)
}

/// The flags of curl that are accepted and have no effect. They are not in the help.
#[derive(Debug)]
pub(crate) struct UnneededFlags;

impl Args for UnneededFlags {
    fn augment_args(command: Command) -> Command {
        let all = UNNEEDED.iter().flat_map(|it| it.flags.split_whitespace());
        all.fold(command, |command, flag| {
            let arg = Arg::new(flag).action(ArgAction::Count).hide(true);
            command.arg(match flag.strip_prefix("--") {
                Some(long) => arg.long(long),
                None => arg.short(flag.chars().nth(1)),
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for UnneededFlags {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), clap::Error> {
        Ok(())
    }
}
