//! The agreement to send requests to another host than this machine.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use adobe_ims::Environment;
use adobe_ims::token::AllowedHosts;
use http::Uri;

use super::material::Material;
use super::request::Probe;
use crate::console::Console;
use crate::error::{CommandProblem, Failure};

/// Lists the requests and asks for consent, unless all of them go to this machine.
pub(super) fn obtain(
    probes: &[Probe],
    material: &Material<'_>,
    is_given: bool,
    console: &Console,
) -> Result<(), Failure> {
    if is_this_machine(material.environment) {
        return Ok(());
    }
    console.to_stderr(&list(probes, material));
    if is_given {
        return Ok(());
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(missing("nobody can be asked, so nothing was sent")
            .with_hint("read the list, and pass --yes"));
    }
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "Send these requests? [y/N] ").and_then(|()| stderr.flush());
    drop(stderr);
    let mut answer = String::new();
    let _ = io::stdin().lock().read_line(&mut answer);
    if is_yes(&answer) {
        Ok(())
    } else {
        Err(missing("nothing was sent"))
    }
}

fn missing(message: &str) -> Failure {
    Failure::new(CommandProblem::ConsentMissing, message)
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

pub(super) fn is_this_machine(environment: &Environment) -> bool {
    let uri = environment.base_url().parse::<Uri>();
    uri.is_ok_and(|uri| AllowedHosts::none().allow_this_machine().permits(&uri))
}

/// Returns the requests, with the names of their fields. It holds no secret.
fn list(probes: &[Probe], material: &Material<'_>) -> String {
    let count = probes.len();
    let base = material.environment.base_url();
    let mut text = format!(
        "{count} requests for {base}, as client {:?}:\n",
        material.client_id
    );
    for (number, probe) in probes.iter().enumerate() {
        let template = probe.template(material.flow);
        let method = if template.is_post { "POST" } else { "GET" };
        let url = material.url(template.target);
        text += &format!("{:4}. {method} {url}\n", number + 1);
        let field = |name: &str, note: &str| match note {
            "" => name.to_owned(),
            note => format!("{name} ({note})"),
        };
        let fields = template.fields.iter();
        let fields = fields.map(|(name, value)| field(name, value.note()));
        let bearer = template.bearer.iter();
        let bearer = bearer.map(|token| field("Authorization", token.note()));
        let parts: Vec<_> = fields.chain(bearer).collect();
        if !parts.is_empty() {
            text += &format!("      {}\n", parts.join(", "));
        }
    }
    text + "Most of them are wrong on purpose. What has no note is yours."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_consent() {
        for (answer, is_consent) in [
            ("y\n", true),
            ("YES", true),
            ("", false),
            ("n", false),
            ("yea", false),
        ] {
            assert_eq!(is_yes(answer), is_consent, "{answer}");
        }
    }

    #[test]
    fn this_machine_is_told_from_other_hosts() {
        for (url, is_local) in [
            ("http://127.0.0.1:8443", true),
            ("https://localhost:1", true),
            ("https://ims-na1.adobelogin.com", false),
            ("https://127.0.0.1.example.com", false),
        ] {
            let environment = Environment::parse(url).unwrap();
            assert_eq!(is_this_machine(&environment), is_local, "{url}");
        }
    }
}
