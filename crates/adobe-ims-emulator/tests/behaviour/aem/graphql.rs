//! GraphQL: queries, and the answers that a test sets.

use adobe_ims_emulator::AemGroup;
use http::Request;
use serde_json::{Value, json};

use crate::aem::support::{Aem, put};
use crate::support::{get, send};

const SET: &str = "/_emu/aem/graphql/wknd/by-slug";
const RUN: &str = "/graphql/execute.json/wknd/by-slug";

#[test]
fn persisted_query_has_the_answer_of_its_variables() {
    let aem = Aem::new();
    let answers = json!({
        "answer": {"data": {"list": []}},
        "answers": [{"variables": {"slug": "/a b", "count": 5}, "answer": {"data": {"one": 1}}}],
    });
    assert_eq!(put(&aem.emulator, SET, &answers).status, 201);
    let one = json!({"data": {"one": 1}});
    let others = json!({"data": {"list": []}});
    // In the way of published clients, and as the documentation writes it.
    for (path, expected) in [
        (format!("{RUN}%3Bslug%3D%2Fa%20b%3Bcount%3D5%3B"), &one),
        (format!("{RUN};count=5;slug=/a%20b"), &one),
        (format!("{RUN};slug=/a%20b;count=6;"), &others),
        (RUN.to_owned(), &others),
    ] {
        let response = aem.get(&path);
        assert_eq!((response.status, &response.json), (200, expected), "{path}");
    }
    let variables = json!({"variables": {"slug": "/a b", "count": 5}});
    assert_eq!(aem.json("POST", RUN, &variables).json, one);
    assert_eq!(
        aem.json("POST", RUN, &json!({"variables": null})).json,
        others
    );
    assert_eq!(aem.json("POST", RUN, &json!([])).status, 400);
    assert_eq!(put(&aem.emulator, SET, &answers).status, 204);
    let shown = get(&aem.emulator, SET).json;
    assert_eq!(shown["answers"], answers["answers"]);
    assert_eq!(send(&aem.emulator, Request::delete(SET), b"").status, 204);
    assert_eq!(
        send(&aem.emulator, Request::delete(SET), b"").error().0,
        404
    );
    assert_eq!(get(&aem.emulator, SET).error().0, 404);
    let gone = aem.get(RUN);
    assert_eq!(gone.status, 404);
    assert!(
        gone.json["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains(SET)
    );
}

#[test]
fn query_is_persisted_listed_and_answered() {
    let aem = Aem::with(AemGroup::Administrators);
    let persist = "/graphql/persist.json/wknd/by-slug";
    let query = "{ list { items } }";
    let created = aem.send(aem.request("PUT", persist), query.as_bytes());
    assert_eq!(created.status, 201);
    assert_eq!(
        created.json["path"],
        "/conf/wknd/settings/graphql/persistentQueries/by-slug"
    );
    let unset = aem.get(RUN);
    assert_eq!((unset.status, &unset.json["data"]), (200, &json!({})));
    let message = unset.json["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("PUT {SET}")), "{message}");

    let answer = json!({"data": {"list": {"items": [1]}}});
    assert_eq!(
        put(&aem.emulator, SET, &json!({"answer": answer})).status,
        204
    );
    assert_eq!(aem.get(RUN).json, answer);
    let list = aem.get("/graphql/list.json").json;
    assert_eq!(list[0]["configurationName"], "wknd");
    assert_eq!(list[0]["queries"][0]["path"]["shortForm"], "wknd/by-slug");
    assert_eq!(list[0]["queries"][0]["data"]["query"], query);
    assert_eq!(
        get(&aem.emulator, "/_emu/aem/graphql").json["queries"][0]["query"],
        query
    );

    let other = json!({"query": "{ other }", "cache-control": {"max-age": 1}});
    assert_eq!(aem.json("POST", persist, &other).status, 200);
    assert_eq!(aem.get(RUN).json, answer, "the answer stays");
    for body in ["", " ", "{\"a\":1}", "5"] {
        let response = aem.send(aem.request("PUT", persist), body.as_bytes());
        assert_eq!(response.status, 400, "{body}");
    }
    assert_eq!(
        aem.send(aem.request("PUT", "/graphql/persist.json/x"), b"{a}")
            .status,
        404
    );
    let reader = Aem::new();
    let refused = reader.send(reader.request("PUT", persist), query.as_bytes());
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("administrators"));
}

#[test]
fn query_in_a_body_is_found_by_its_text() {
    let aem = Aem::new();
    let set = |configuration: &str, answer: Value| {
        let path = format!("/_emu/aem/graphql/{configuration}/any");
        let body = json!({"query": "{ list(first: 2) { items } }", "answer": answer});
        assert_eq!(put(&aem.emulator, &path, &body).status, 201);
    };
    set("global", json!({"data": 1}));
    set("wknd/en", json!({"data": 2}));
    let sent = json!({"query": "{\n  list(\n first:2\n) {items}}", "variables": {}});
    for (path, expected) in [
        ("/content/graphql/global/endpoint.json", 1),
        ("/content/cq:graphql/global/endpoint.json", 1),
        ("/content/cq:graphql/wknd/en/endpoint.json", 2),
        ("/content/cq%3Agraphql/wknd/en/endpoint.json", 2),
        ("/content/_cq_graphql/wknd/en/endpoint.json", 2),
    ] {
        assert_eq!(
            aem.json("POST", path, &sent).json,
            json!({"data": expected}),
            "{path}"
        );
    }
    let path = "/content/graphql/global/endpoint.json";
    let unset = aem.json("POST", path, &json!({"query": "{ x }"}));
    assert_eq!(unset.status, 200);
    let message = unset.json["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("PUT /_emu/aem/graphql/global/NAME"),
        "{message}"
    );
    assert_eq!(aem.json("POST", path, &json!({})).status, 400);
    assert_eq!(aem.json("POST", path, &json!("x")).status, 400);
}

#[test]
fn publish_answers_persisted_queries_to_everybody() {
    let aem = Aem::new();
    assert_eq!(put(&aem.emulator, SET, &json!({"answer": 1})).status, 201);
    assert!(aem.emulator.set_graphql_answer("wknd/by-slug", "2"));
    assert_eq!(aem.get(RUN).json, 2);
    for (name, answer) in [("wknd", "2"), ("wknd/x", "{")] {
        assert!(!aem.emulator.set_graphql_answer(name, answer), "{name}");
    }
    let call = |path: &str, tier: &str| {
        let host = format!("{tier}-p12345-e67890.adobeaemcloud.com");
        send(&aem.emulator, Request::get(path).header("host", host), b"").status
    };
    assert_eq!((call(RUN, "publish"), call(RUN, "author")), (200, 401));
    assert_eq!(call("/graphql/list.json", "publish"), 404);
}

#[test]
fn control_names_what_is_wrong() {
    let aem = Aem::new();
    for (path, body, words) in [
        (SET, json!({}), "neither query nor answer"),
        (SET, json!({"answer": 1, "x": 1}), "x"),
        (SET, json!({"answers": [{"answer": 1}]}), "answers[0]"),
        (
            "/_emu/aem/graphql/x",
            json!({"answer": 1}),
            "CONFIGURATION/NAME",
        ),
    ] {
        let response = put(&aem.emulator, path, &body);
        assert_eq!(response.error().0, 400, "{body}");
        assert!(response.text.contains(words), "{}", response.text);
    }
}
