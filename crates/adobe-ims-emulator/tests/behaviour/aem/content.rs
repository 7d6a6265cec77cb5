//! Content below `/content/dam`: files, nodes as JSON, and the Sling POST servlet.

use serde_json::{Value, json};

use crate::aem::support::{Aem, put};
use crate::support::{FORM, multipart};

#[test]
fn files_of_the_repository_are_content() {
    let aem = Aem::new();
    let file = aem.request("PUT", "/_emu/aem/dam/a/b%20c.bin");
    let file = file.header("content-type", "image/x-test");
    assert_eq!(aem.send(file, b"content").status, 201);
    let response = aem.get("/content/dam/a/b%20c.bin");
    assert_eq!((response.status, &*response.text), (200, "content"));
    assert_eq!(response.headers["content-type"], "image/x-test");
    let rendition = aem.get("/content/dam/a/b%20c.bin/jcr:content/renditions/original");
    assert_eq!(rendition.text, "content");
    assert!(aem.emulator.put_aem_file("x.json", "{}"));
    let response = aem.get("/content/dam/x.json");
    assert_eq!(response.text, "{}", "a file before a node");
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(
        aem.get("/content/dam/x.json.json").json["jcr:primaryType"],
        "dam:Asset"
    );
    for path in [
        "/content/dam/y",
        "/content/dam/a",
        "/content/dam",
        "/content/dam/a/../../x",
    ] {
        assert_eq!(aem.get(path).status, 404, "{path}");
    }
}

#[test]
fn nodes_are_json_to_the_wanted_depth() {
    let aem = Aem::new();
    assert!(aem.emulator.put_aem_file("a/b/c.txt", "12345"));
    let title = [("./jcr:content/metadata/dc:title", "T")];
    assert_eq!(aem.form("/content/dam/a/b/c.txt", &title).status, 200);
    let get = |path: &str| aem.get(&format!("/content/dam{path}.json")).json;
    let folder = json!({"jcr:primaryType": "sling:Folder", "jcr:createdBy": "admin"});
    assert_eq!(get("/a"), folder);
    assert_eq!(get("/a.0"), folder);
    assert_eq!(get("/a.1")["b"], folder);
    assert_eq!(get(".1")["a"], folder);
    let asset = json!({"jcr:primaryType": "dam:Asset", "jcr:createdBy": "admin"});
    assert_eq!(get("/a.2")["b"]["c.txt"], asset);
    let metadata = json!({"dam:size": 5, "dc:title": "T"});
    let content = json!({"jcr:primaryType": "dam:AssetContent", "metadata": metadata});
    assert_eq!(get("/a.infinity")["b"]["c.txt"]["jcr:content"], content);
    assert_eq!(get("/a/b/c.txt"), asset);
    assert_eq!(get("/a/b/c.txt/jcr:content.1"), content);
    assert_eq!(get("/a/b/c.txt/jcr:content/metadata"), metadata);
    for path in [
        "/x",
        "/a.x",
        "/a.-1",
        "/a/jcr:content",
        "/a/b/c.txt/jcr:content/x",
    ] {
        let response = aem.get(&format!("/content/dam{path}.json"));
        assert_eq!(response.status, 404, "{path}");
    }
}

#[test]
fn too_many_nodes_are_not_sent_at_once() {
    let aem = Aem::new();
    for number in 0..1000 {
        aem.emulator.put_aem_file(&format!("a/{number}"), "");
    }
    let response = aem.get("/content/dam/a.infinity.json");
    let fewer = json!(["/content/dam/a.1.json", "/content/dam/a.0.json"]);
    assert_eq!((response.status, response.json), (300, fewer));
    let level = aem.get("/content/dam/a.1.json").json;
    assert_eq!(level.as_object().unwrap().len(), 1002);
}

#[test]
fn sling_post_creates_changes_and_deletes() {
    let aem = Aem::new();
    let post = |path: &str, pairs: &[(&str, &str)]| aem.form(&format!("/content/dam{path}"), pairs);
    let created = post(
        "/n",
        &[("jcr:title", "N"), ("x@TypeHint", "Long"), ("x", "1")],
    );
    assert_eq!(created.status, 201);
    assert!(created.text.contains("<div id=\"Status\">201</div>"));
    let node = || aem.get("/content/dam/n.json").json;
    assert_eq!(
        (&node()["jcr:title"], &node()["x"]),
        (&json!("N"), &json!("1"))
    );
    let changes = [
        ("x@Delete", "true"),
        ("./y", "1"),
        ("y", "2"),
        (":redirect", "/z"),
    ];
    assert_eq!(post("/n", &changes).status, 200);
    assert_eq!(
        (&node()["x"], &node()["y"]),
        (&Value::Null, &json!(["1", "2"]))
    );
    let parts = multipart("b", "\r\n", &[("z", "3")]);
    let request = aem.request("POST", "/content/dam/n");
    let request = request
        .header("content-type", "multipart/form-data; boundary=b")
        .header("accept", "application/json");
    let response = aem.send(request, parts.as_bytes());
    assert_eq!(response.json["status.code"], 200);
    assert_eq!(
        response.json["changes"],
        json!([{"type": "modified", "argument": "/content/dam/n"}])
    );
    for (path, pairs, status) in [
        ("/x/y", &[("a", "1")][..], 412),
        ("/x/jcr:content", &[("a", "1")], 404),
        ("/n", &[(":operation", "import")], 500),
        ("/x", &[(":operation", "delete")], 404),
        ("", &[(":operation", "delete")], 404),
        ("/n", &[(":operation", "delete")], 200),
        ("/n", &[(":operation", "delete")], 404),
    ] {
        assert_eq!(post(path, pairs).status, status, "{path} {pairs:?}");
    }
    let request = aem.request("POST", "/content/dam/n");
    let request = request.header("content-type", "text/plain");
    assert_eq!(aem.send(request, b"a=1").status, 415);
    let malformed = aem.request("POST", "/content/dam/n");
    let malformed = malformed.header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(aem.send(malformed, b"x").status, 400);
    let request = aem
        .request("POST", "/content/dam")
        .header("content-type", FORM);
    assert_eq!(aem.send(request, b"jcr:title=Mine").status, 200);
    assert_eq!(aem.get("/content/dam.json").json["jcr:title"], "Mine");
}

#[test]
fn control_says_why_a_file_is_not_written() {
    let aem = Aem::new();
    for (path, words) in [
        ("a/", "not a path below /content/dam/"),
        ("../x", "not a path below /content/dam/"),
        ("f", "something is there already"),
        ("f/g/h", "its folder does not exist"),
    ] {
        aem.emulator.put_aem_file("f/g", "");
        let response = put(&aem.emulator, &format!("/_emu/aem/dam/{path}"), &json!(1));
        assert_eq!(response.error().0, 400);
        assert!(response.text.contains(words), "{}", response.text);
    }
}
