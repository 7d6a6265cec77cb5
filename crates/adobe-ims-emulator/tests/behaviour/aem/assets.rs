//! The Assets HTTP API.

use http::Request;
use serde_json::{Value, json};

use crate::aem::support::Aem;
use crate::support::{FORM, send};

fn names(listing: &Value) -> Vec<&str> {
    let entities = listing["entities"].as_array().unwrap().iter();
    entities
        .map(|entity| entity["properties"]["name"].as_str().unwrap())
        .collect()
}

/// Returns an emulator with a few files.
fn with_files() -> Aem {
    let aem = Aem::new();
    for path in ["a/b c/ü.png", "a/1.txt", "2.txt"] {
        assert!(aem.emulator.put_aem_file(path, path.to_owned()));
    }
    aem
}

#[test]
fn folders_list_their_folders_and_assets() {
    let aem = with_files();
    let root = aem.get("/api/assets.json");
    assert_eq!(names(&root.json), ["2.txt", "a"]);
    assert_eq!(root.json["properties"]["srn:paging"]["total"], 2);
    let folder = aem.get("/api/assets/a.json");
    assert_eq!(names(&folder.json), ["1.txt", "b c"]);
    let entities = &folder.json["entities"];
    assert_eq!(entities[0]["class"], json!(["assets/asset"]));
    assert_eq!(entities[0]["properties"]["metadata"]["dam:size"], 7);
    assert_eq!(entities[1]["class"], json!(["assets/folder"]));
    let base = aem.emulator.url();
    assert_eq!(
        entities[1]["links"][0],
        json!({"rel": ["self"], "href": format!("{base}/api/assets/a/b%20c.json")})
    );
    let inner = aem.get("/api/assets/a/b%20c.json");
    assert_eq!(names(&inner.json), ["ü.png"]);
    let content = &inner.json["entities"][0]["links"][1];
    assert_eq!(
        content,
        &json!({"rel": ["content"], "href": format!("{base}/content/dam/a/b%20c/%C3%BC.png")})
    );
    let path = content["href"]
        .as_str()
        .unwrap()
        .strip_prefix(base)
        .unwrap();
    assert_eq!(aem.get(path).text, "a/b c/ü.png");
    let asset = aem.get("/api/assets/a/1.txt.json");
    assert_eq!(asset.json["class"], json!(["assets/asset"]));
    assert_eq!(
        asset.json["links"][1],
        json!({"rel": ["parent"], "href": format!("{base}/api/assets/a.json")})
    );
    for path in ["/api/assets/x.json", "/api/assets/a/x.json"] {
        let response = aem.get(path);
        assert_eq!(response.status, 404, "{path}");
        assert_eq!(response.json["properties"]["status.code"], 404);
    }
    assert_eq!(aem.get("/api/assets/a").status, 404);
}

#[test]
fn listings_have_pages() {
    let aem = Aem::new();
    for number in 10..35 {
        aem.emulator.put_aem_file(&format!("{number}"), "");
    }
    let page = |query: &str| aem.get(&format!("/api/assets.json?{query}")).json;
    assert_eq!(names(&page("")).len(), 20);
    assert_eq!(names(&page("offset=3&limit=2")), ["13", "14"]);
    assert_eq!(names(&page("offset=99")), Vec::<&str>::new());
    assert_eq!(names(&page("limit=x&offset=-1")).len(), 20);
    let listing = page("offset=3&limit=2");
    let next = listing["links"][1].clone();
    assert_eq!(next["rel"], json!(["next"]));
    assert!(
        next["href"]
            .as_str()
            .unwrap()
            .ends_with("?offset=5&limit=2")
    );
    assert_eq!(page("limit=100")["links"].as_array().unwrap().len(), 1);
    let huge = page("offset=18446744073709551615&limit=18446744073709551615");
    assert_eq!(names(&huge), Vec::<&str>::new());
}

#[test]
fn folders_are_created_from_json_and_forms() {
    let aem = Aem::new();
    let folder = json!({"class": "assetFolder", "properties": {"jcr:title": "One"}});
    let created = aem.json("POST", "/api/assets/one", &folder);
    assert_eq!(created.status, 201, "{}", created.text);
    assert_eq!(created.json["properties"]["status.code"], 201);
    assert_eq!(aem.json("POST", "/api/assets/one", &folder).status, 409);
    assert_eq!(aem.json("POST", "/api/assets/x/y", &folder).status, 412);
    let title = &aem.get("/api/assets/one.json").json["properties"]["jcr:title"];
    assert_eq!(title, "One");
    let fields = [("name", "two"), ("title", "Two")];
    assert_eq!(aem.form("/api/assets/one/*", &fields).status, 201);
    assert_eq!(aem.form("/api/assets/one/three", &fields).status, 201);
    let listing = aem.get("/api/assets/one.json").json;
    assert_eq!(names(&listing), ["three", "two"]);
    assert_eq!(listing["entities"][1]["properties"]["jcr:title"], "Two");
    assert_eq!(aem.form("/api/assets/*", &[("title", "x")]).status, 400);
    assert_eq!(aem.form("/api/assets/*", &[("name", "a/b")]).status, 400);
    let file = [("name", "x"), ("file", "content")];
    assert_eq!(aem.form("/api/assets/x", &file).status, 501);
    for (body, words) in [
        (json!({"class": "asset"}), "assetFolder"),
        (
            json!({"class": "assetFolder", "properties": {"a": {}}}),
            "a",
        ),
        (json!({}), "class"),
        (json!([]), "entity"),
    ] {
        let response = aem.json("POST", "/api/assets/x", &body);
        assert_eq!(response.status, 400, "{body}");
        assert!(response.text.contains(words), "{}", response.text);
    }
}

#[test]
fn metadata_are_changed_and_removed() {
    let aem = with_files();
    let change = json!({"class": "asset", "properties": {"dc:title": "T", "tags": ["x", 1, true]}});
    assert_eq!(aem.json("PUT", "/api/assets/a/1.txt", &change).status, 200);
    let metadata = || {
        let asset = aem.get("/api/assets/a/1.txt.json").json;
        asset["properties"]["metadata"].clone()
    };
    assert_eq!(metadata()["tags"], json!(["x", 1, true]));
    // The address of a listing.
    let change = json!({"class": ["asset"], "properties": {"dc:title": null}});
    let response = aem.json("PUT", "/api/assets/a/1.txt.json", &change);
    assert_eq!(response.status, 200);
    assert_eq!(metadata()["dc:title"], Value::Null);
    assert_eq!(aem.emulator.aem_file("a/1.txt").unwrap(), "a/1.txt");
    assert_eq!(aem.json("PUT", "/api/assets/x", &change).status, 404);
    assert_eq!(aem.json("PUT", "/api/assets/a", &change).status, 400);
}

#[test]
fn folders_and_assets_are_deleted() {
    let aem = with_files();
    let delete = |path: &str| aem.send(aem.request("DELETE", path), b"").status;
    assert_eq!(delete("/api/assets/a/b%20c/%C3%BC.png"), 200);
    assert_eq!(delete("/api/assets/a/b%20c/%C3%BC.png"), 404);
    assert_eq!(delete("/api/assets/a.json"), 200);
    assert_eq!(delete("/api/assets/"), 404);
    assert_eq!(delete("/api/assets/../a"), 404);
    assert_eq!(names(&aem.get("/api/assets.json").json), ["2.txt"]);
}

#[test]
fn copies_and_moves_obey_their_headers() {
    let aem = with_files();
    let act = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let request = aem.request(method, &format!("/api/assets/{path}"));
        let add = |request: http::request::Builder, (name, value): &(&str, &str)| {
            request.header(*name, *value)
        };
        aem.send(headers.iter().fold(request, add), b"").status
    };
    let to = |path: &'static str| ("x-destination", path);
    assert_eq!(act("COPY", "a", &[to("/api/assets/d")]), 201);
    assert_eq!(names(&aem.get("/api/assets/d.json").json), ["1.txt", "b c"]);
    let shallow = [to("http://localhost/api/assets/e%20e"), ("x-depth", "0")];
    assert_eq!(act("COPY", "a", &shallow), 201);
    assert_eq!(
        names(&aem.get("/api/assets/e%20e.json").json),
        Vec::<&str>::new()
    );
    let kept = [to("/api/assets/d"), ("x-overwrite", "F")];
    assert_eq!(act("COPY", "a", &kept), 412);
    let replaced = [to("/api/assets/d"), ("x-overwrite", "T")];
    assert_eq!(act("MOVE", "2.txt", &replaced), 204);
    assert_eq!(aem.emulator.aem_file("d").unwrap(), "2.txt");
    assert_eq!(aem.emulator.aem_file("2.txt"), None);
    for (path, headers, status) in [
        ("a", &[][..], 412),
        ("a", &[to("/content/dam/x")], 412),
        ("a", &[to("x/api/assets/x")], 412),
        ("a", &[to("/api/assets/x"), ("x-depth", "1")], 412),
        ("a", &[to("/api/assets/x"), ("x-overwrite", "yes")], 412),
        ("a", &[to("/api/assets/x/y")], 412),
        ("x", &[to("/api/assets/y")], 404),
        ("a", &[to("/api/assets/a/x")], 409),
    ] {
        assert_eq!(act("MOVE", path, headers), status, "{path} {headers:?}");
    }
    assert_eq!(act("MOVE", "a", &[to("/api/assets/f")]), 201);
    assert_eq!(names(&aem.get("/api/assets/f.json").json), ["1.txt", "b c"]);
}

#[test]
fn refusals_of_the_api_have_its_form() {
    let aem = with_files();
    aem.emulator.set_aem_groups(
        aem.emulator.accounts()[0].email(),
        [],
        std::time::Duration::ZERO,
    );
    let response = aem.json("PUT", "/api/assets/2.txt", &json!({}));
    assert_eq!(response.status, 403);
    assert_eq!(response.json["class"], json!(["core/response"]));
    assert!(response.text.contains("dam-users"));
    let request = Request::post("/api/assets/x").header("content-type", FORM);
    let response = send(&aem.emulator, request, b"");
    assert_eq!((response.status, &*response.text), (401, ""));
}
