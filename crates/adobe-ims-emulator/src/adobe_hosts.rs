//! The host names of Adobe that the emulator stands in for.

/// The domains of IMS, of AEM as a Cloud Service and of Adobe's APIs.
pub(crate) const DOMAINS: [&str; 3] = ["adobelogin.com", "adobeaemcloud.com", "adobe.io"];

/// Returns whether a host is below one of the domains. Its case does not matter.
pub(crate) fn is_of_adobe(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    is_host_name(&host)
        && DOMAINS.iter().any(|domain| {
            let name = host.strip_suffix(domain);
            name.is_some_and(|name| name.len() > 1 && name.ends_with('.'))
        })
}

/// Checks a host name by RFC 1123 §2.1: labels of letters, digits and hyphens.
fn is_host_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_below_the_domains_are_of_adobe() {
        for host in [
            "ims-na1.adobelogin.com",
            "IMS-NA1.AdobeLogin.com",
            "author-p1-e2.adobeaemcloud.com",
            "platform.adobe.io",
            "a.b.c.adobe.io",
        ] {
            assert!(is_of_adobe(host), "{host}");
        }
        let long = format!("{}.adobe.io", "a".repeat(64));
        let longest = format!("{}adobe.io", "a.".repeat(130));
        for host in [
            "",
            "adobe.io",
            ".adobe.io",
            "a..adobe.io",
            "-a.adobe.io",
            "a_b.adobe.io",
            "*.adobe.io",
            "ims-na1.adobelogin.com.",
            "ims-na1.adobelogin.com.evil.example",
            "evil-adobe.io",
            "adobelogin.com.example",
            "127.0.0.1",
            "ü.adobe.io",
            "a b.adobe.io",
            &long,
            &longest,
        ] {
            assert!(!is_of_adobe(host), "{host}");
        }
    }
}
