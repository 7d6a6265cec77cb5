//! `ims explain`: the catalogue, and the search in it.

use std::collections::HashSet;

use adobe_ims::Problem;
use adobe_ims::api_error::ApiProblem;
use serde_json::{Value, json};

use crate::support::{Ims, Run};

fn explain(arguments: &[&str]) -> Run {
    Ims::new(["explain"]).arguments(arguments).run()
}

fn entries(arguments: &[&str]) -> Vec<Value> {
    let run = explain(&[arguments, &["-o", "json"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["schema"], "ims.explain/1");
    json["entries"].as_array().unwrap().clone()
}

fn ids(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect()
}

#[test]
fn entry_has_all_of_its_parts_within_80_columns() {
    explain(&["certificate-expired"]).assert(
        0,
        "certificate-expired\n\n\
         The certificate of the credentials has expired. IMS accepts no signature of a\n\
         key whose certificate has expired, and says that the signature matches no\n\
         binding.\n\n\
         looks like    IMS: 400 invalid_token, \"Could not match JWT signature to any of\n\
         \u{20}             the bindings\"\n\
         \u{20}             IMS: 400 invalid_signature\n\
         what to do    - Renew the certificate in the console that issued the\n\
         \u{20}               credentials, and download them again. In the AEM Developer\n\
         \u{20}               Console: Integrations > Technical Accounts > the account > Add\n\
         \u{20}               certificate. The client id stays.\n\
         \u{20}             - If the date is wrong, check the clock of this machine.\n\
         trying again  does not help without a change\n\
         certainty     likely: another cause may look the same\n\
         known from    public reports or published clients\n\
         class         refused\n",
        "",
    );
    explain(&["gateway-api-key-missing"]).assert(
        0,
        "gateway-api-key-missing\n\n\
         Adobe's gateway received no client id (header `x-api-key`).\n\n\
         looks like    gateway: 403 403000, \"Api Key is required\"\n\
         what to do    - Send the header `x-api-key` with the client id of the token.\n\
         \u{20}             - `ims curl --all-headers` sends x-api-key and x-gw-ims-org-id\n\
         trying again  does not help without a change\n\
         certainty     certain, where it is named\n\
         known from    Adobe's documentation\n\
         class         refused\n",
        "",
    );
    explain(&["[file-unreadable]"]).assert(
        0,
        "file-unreadable\n\n\
         A file cannot be read.\n\n\
         what to do    Check the path and that this user may read it.\n\
         trying again  does not help without a change\n\
         certainty     certain, where it is named\n\
         known from    this program checks it\n\
         class         configuration\n",
        "",
    );
}

#[test]
fn every_id_is_listed_and_explained_and_fits_80_columns() {
    let all = entries(&[]);
    let ids = ids(&all);
    let different: HashSet<_> = ids.iter().collect();
    assert_eq!(different.len(), ids.len());
    assert!(Problem::ALL.iter().all(|it| ids.contains(&it.id())));
    assert!(ApiProblem::ALL.iter().all(|it| ids.contains(&it.id())));
    let list = explain(&[]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    for id in ids {
        assert!(list.stdout.contains(&format!("\n  {id} ")), "{id}");
        let run = explain(&[id]);
        assert_eq!((run.code, run.stdout.lines().next()), (0, Some(id)));
        let is_long = |line: &&str| {
            // A word is not broken.
            line.chars().count() > 80 && line.trim_start_matches([' ', '-']).contains(' ')
        };
        assert_eq!(run.stdout.lines().find(is_long), None);
    }
    let longest = list.stdout.lines().map(|line| line.chars().count()).max();
    assert_eq!(longest, Some(80));
}

#[test]
fn json_has_the_parts_as_data() {
    let found = entries(&["client-secret-wrong"]);
    let problem = Problem::ClientSecretWrong;
    assert_eq!(
        found,
        [json!({
            "id": "client-secret-wrong",
            "class": "refused",
            "transient": false,
            "meaning": problem.meaning(),
            "looks_like": [{
                "place": "ims",
                "status": 400,
                "code": "invalid_client",
                "text": "invalid client_secret parameter",
            }],
            "fix": problem.fixes(),
            "certainty": "certain",
            "known_from": "observed",
        })]
    );
}

#[test]
fn code_and_words_of_an_answer_find_their_causes() {
    let run = explain(&["403023"]);
    run.assert(
        0,
        "2 causes look like this:\n\n\
         gateway-profile-missing\n  \
         The account has no product profile for this API in this organisation.\n\n\
         gateway-profile-pending\n  \
         A product profile was assigned a short time ago, and the gateway does not know\n  \
         it yet.\n\n\
         `ims explain ID` shows all of an entry: what it looks like and what to do.\n",
        "",
    );
    let words = ["Could", "not", "match", "JWT", "signature"];
    let bindings = [
        "signature-not-bound",
        "certificate-expired",
        "certificate-not-yet-valid",
    ];
    assert_eq!(ids(&entries(&words)), bindings);
    assert_eq!(ids(&entries(&[&words.join(" ")])), bindings);
    // One cause is shown whole.
    let run = explain(&["algid parse error, not a sequence"]);
    assert!(run.stdout.starts_with("key-pkcs1\n\n"), "{run:?}");
}

#[test]
fn unknown_id_ends_with_2_and_the_nearest_ids() {
    let first = "ims: the catalogue has no such id, code or text [usage]\n";
    let last = "hint: `ims explain` without an id lists them all\n";
    for (query, hint) in [
        (
            "certificate-expird",
            "hint: did you mean certificate-expired?\n",
        ),
        (
            "certificate valid",
            "hint: did you mean certificate-not-yet-valid?\n",
        ),
        (
            "host",
            "hint: did you mean one of host-not-allowed, allowed-host-invalid, aem-host-misspelt, aem-host-malformed, host-tier?\n",
        ),
        ("nonsense", ""),
        ("\u{1b}[31m", ""),
        // What looks like a secret is not repeated, and means no id.
        ("p8e-SECRET?%&=ü", ""),
    ] {
        explain(&[query]).assert(2, "", &format!("{first}{hint}{last}"));
    }
    explain(&["nonsense", "-o", "json"]).assert_failed_as_json(2, "usage");
}
