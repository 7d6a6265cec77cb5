//! The hosts that a token may be sent to, and those that it may not.

use adobe_ims::Problem;
use adobe_ims::token::AllowedHosts;
use http::Uri;
use proptest::prelude::*;

fn permits(allowed: &AllowedHosts, url: &str) -> bool {
    // A text that is no URL cannot be requested.
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let permitted = allowed.permits(&uri);
    assert_eq!(permitted, allowed.check(&uri).is_ok(), "{url}");
    permitted
}

fn author() -> AllowedHosts {
    AllowedHosts::none()
        .allow("https://Author-p1-e2.AdobeAEMCloud.com")
        .unwrap()
}

#[test]
fn host_is_allowed_with_its_scheme_and_port() {
    for url in [
        "https://author-p1-e2.adobeaemcloud.com",
        "https://author-p1-e2.adobeaemcloud.com/",
        "https://author-p1-e2.adobeaemcloud.com:443/api/assets.json?x=@evil.example",
        "HTTPS://AUTHOR-P1-E2.ADOBEAEMCLOUD.COM/x",
    ] {
        assert!(permits(&author(), url), "{url}");
    }
    let explicit = AllowedHosts::none()
        .allow("https://author.example:443/")
        .unwrap();
    assert!(permits(&explicit, "https://author.example/x"));
    let other_port = AllowedHosts::none()
        .allow("https://author.example:8443")
        .unwrap();
    assert!(permits(&other_port, "https://author.example:8443/x"));
    assert!(!permits(&other_port, "https://author.example/x"));
    let ipv6 = AllowedHosts::none().allow("https://[2001:db8::A]").unwrap();
    assert!(permits(&ipv6, "https://[2001:DB8:0:0::a]:443/x"));
    assert!(!permits(&ipv6, "https://[2001:db8::b]/x"));
    assert!(!permits(&AllowedHosts::none(), "https://author.example/"));
}

const LOOK_ALIKES: &[&str] = &[
    "https://badadobeaemcloud.com/",
    "https://author-p1-e2.badadobeaemcloud.com/",
    "https://bad-author-p1-e2-adobeaemcloud.com/",
    "https://adobeaemcloud.com.evil.example/",
    "https://author-p1-e2.adobeaemcloud.com.evil.example/",
    "https://author-p1-e2.adobeaemcloud.com@evil.example/",
    "https://author-p1-e2.adobeaemcloud.com:443@evil.example/",
    "https://evil.example/author-p1-e2.adobeaemcloud.com",
    "https://evil.example?author-p1-e2.adobeaemcloud.com",
    "https://evil.example#.adobeaemcloud.com",
    "https://evil.example\\.adobeaemcloud.com/",
    "https://evil.example%2f.adobeaemcloud.com/",
    "https://user@author-p1-e2.adobeaemcloud.com/",
    "https://user:password@author-p1-e2.adobeaemcloud.com/",
    "https://user@author-p1-e2.adobeaemcloud.com:443/",
    "https://@author-p1-e2.adobeaemcloud.com/",
    "https://author-p1-e2.adobeaemcloud.com./",
    "https://.author-p1-e2.adobeaemcloud.com/",
    "https://author-p1-e2..adobeaemcloud.com/",
    "https://author-p1-e2.adobeaemcloud.com:8443/",
    "https://author-p1-e2.adobeaemcloud.com:80/",
    "https://author-p1-e2.adobeaemcloud.com:/",
    "https://author-p1-e2.adobeaemcloud.com:99999/",
    "http://author-p1-e2.adobeaemcloud.com/",
    "http://author-p1-e2.adobeaemcloud.com:443/",
    "ftp://author-p1-e2.adobeaemcloud.com/",
    "https://adobeaemcloud.com/",
    "https://author-p1-e2.xn--dobeaemcloud-vcb.com/",
    "https://author-p1-e2.аdobeaemcloud.com/",
    "https://author-p1-e2.adobeaemcloud。com/",
    "https:///",
    "https://:443/",
    "/api/assets.json",
    "author-p1-e2.adobeaemcloud.com",
    "author-p1-e2.adobeaemcloud.com:443",
    "//author-p1-e2.adobeaemcloud.com/",
    "*",
];

#[test]
fn look_alike_hosts_are_refused() {
    let domain = AllowedHosts::none()
        .allow_domain("adobeaemcloud.com")
        .unwrap();
    for url in LOOK_ALIKES {
        assert!(!permits(&author(), url), "{url}");
        assert!(!permits(&domain, url), "{url}");
        assert!(!permits(&AllowedHosts::adobe(), url), "{url}");
    }
}

#[test]
fn domain_allows_its_subdomains_over_https() {
    for url in [
        "https://author-p1-e2.adobeaemcloud.com/",
        "https://AUTHOR-P1-E2.adobeAEMcloud.com:443/",
        "https://a.b.c.adobeaemcloud.com/",
        "https://asset-compute.adobe.io/register",
    ] {
        assert!(permits(&AllowedHosts::adobe(), url), "{url}");
    }
    assert!(!permits(&AllowedHosts::adobe(), "https://adobe.io/"));
    assert!(!permits(&AllowedHosts::adobe(), "https://www.adobe.com/"));
    assert!(!permits(&AllowedHosts::adobe(), "http://127.0.0.1/"));
    for domain in [
        "",
        "com",
        "localhost",
        ".adobe.io",
        "*.adobe.io",
        "adobe.io.",
        "adobe.io:443",
        "https://adobe.io",
        "adobe.io/x",
        "10.0.0.1",
        "[::1]",
        "adöbe.io",
    ] {
        let error = AllowedHosts::none().allow_domain(domain).unwrap_err();
        assert_eq!(error.problem(), Problem::AllowedHostInvalid, "{domain}");
    }
}

#[test]
fn http_to_another_machine_is_refused() {
    let this_machine = AllowedHosts::none()
        .allow("http://127.0.0.1:4502")
        .and_then(|hosts| hosts.allow("http://[::1]"))
        .and_then(|hosts| hosts.allow("http://localhost"))
        .unwrap();
    for url in [
        "http://127.0.0.1:4502/x",
        "http://[0:0:0:0:0:0:0:1]:80/",
        "http://LocalHost/",
    ] {
        assert!(permits(&this_machine, url), "{url}");
    }
    for url in [
        "http://127.0.0.1/",
        "https://127.0.0.1:4502/",
        "http://127.0.0.2:4502/",
        "http://127.1:4502/",
        "http://0x7f.1:4502/",
        "http://0177.0.0.1:4502/",
        "http://2130706433:4502/",
        "http://127.0.0.1.:4502/",
        "http://[::ffff:127.0.0.1]:4502/",
        "http://localhost.evil.example/",
        "http://localhost.:80/",
        "http://localhost@evil.example/",
        "http://evil.localhost/",
    ] {
        assert!(!permits(&this_machine, url), "{url}");
    }
    for place in [
        "http://author-p1-e2.adobeaemcloud.com",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "http://[::ffff:127.0.0.1]",
    ] {
        let error = AllowedHosts::none().allow(place).unwrap_err();
        assert_eq!(error.problem(), Problem::EndpointInsecure, "{place}");
    }
}

#[test]
fn invalid_host_is_not_added() {
    for place in [
        "",
        "author.example",
        "author.example:443",
        "/x",
        "https://",
        "https://author.example/content",
        "https://author.example/?x",
        "https://author.example?x",
        "https://author.example/#x",
        "https://author.example:",
        "https://author.example:99999",
        "https://author.example.",
        "https://user:SECRET@author.example",
        "https://*.author.example",
        "https://127.1",
        "ftp://author.example",
    ] {
        let error = AllowedHosts::none().allow(place).unwrap_err();
        assert_eq!(error.problem(), Problem::AllowedHostInvalid, "{place}");
        assert!(!error.to_string().contains("SECRET"), "{error}");
    }
}

#[test]
fn refusal_names_the_host_and_no_secret() {
    let check = |url: &str| author().check(&url.parse().unwrap()).unwrap_err();
    let error = check("https://Evil.example:8443/path?token=SECRET");
    assert_eq!(error.problem(), Problem::HostNotAllowed);
    assert_eq!(error.problem().id(), "host-not-allowed");
    assert!(
        error.to_string().contains("https://evil.example:8443 "),
        "{error}"
    );
    assert!(!error.to_string().contains("SECRET"), "{error}");
    assert!(error.hints().any(|hint| hint.contains("allowed hosts")));
    let error = check("http://author-p1-e2.adobeaemcloud.com/");
    assert!(error.hints().next().unwrap().contains("https"));
    let error = check("https://user:SECRET@author-p1-e2.adobeaemcloud.com/");
    assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
    let error = check("/api/assets.json");
    assert!(error.to_string().contains("names no host"), "{error}");
}

#[test]
fn this_machine_is_loopback_and_localhost_only() {
    let allowed = AllowedHosts::none().allow_this_machine();
    for url in [
        "http://127.0.0.1:8080/x",
        "https://127.9.9.9/",
        "http://[::1]:1/",
        "https://LOCALHOST:8443/",
    ] {
        assert!(permits(&allowed, url), "{url}");
    }
    for url in [
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://evil.example/localhost",
        "http://localhost@evil.example/",
        "http://user@localhost/",
        "http://127.1/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "ftp://localhost/",
    ] {
        assert!(!permits(&allowed, url), "{url}");
    }
}

proptest! {
    #[test]
    fn permitted_host_is_on_the_list_or_in_an_allowed_domain(
        scheme in "(https?|HTTPS)://",
        before in "([a-z@:.]{0,4}|user@|bad|[a-zA-Z0-9-]{1,8}\\.)",
        host in "(author\\.example|AUTHOR\\.EXAMPLE|adobe\\.io|x\\.Adobe\\.io|\\[::1\\]|127\\.0\\.0\\.1)",
        after in "([.@:/?#a-z0-9-]{0,6}|:443|\\.evil\\.example|@evil\\.example/)",
    ) {
        let allowed = AllowedHosts::none()
            .allow("https://author.example")
            .and_then(|hosts| hosts.allow("http://127.0.0.1"))
            .and_then(|hosts| hosts.allow_domain("adobe.io"))
            .unwrap();
        let url = format!("{scheme}{before}{host}{after}");
        if let Ok(uri) = url.parse::<Uri>() && allowed.permits(&uri) {
            // The test reads the host itself: the text between `//` and the next delimiter.
            let rest = url.split_once("//").unwrap().1;
            let authority = rest.split(['/', '?', '#']).next().unwrap().to_ascii_lowercase();
            let host = authority.split(':').next().unwrap();
            let is_encrypted = !url.starts_with("http:");
            if is_encrypted { prop_assert!(host == "author.example" || host.ends_with(".adobe.io"), "{}", url) } else { prop_assert_eq!(host, "127.0.0.1", "{}", url) }
            prop_assert!(!authority.contains('@'), "{}", url);
        }
    }
}
