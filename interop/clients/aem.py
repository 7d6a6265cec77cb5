"""Checks Adobe's clients of AEM, unmodified, against the emulator: uploads and GraphQL."""

import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import IMS, WORK, Emulator, fetch, finish, report, work
from customers import client

QUERY = "{ articleList { items { title } } }"
FOLDER = "of interop/ü"


def files():
    """Writes the files of the upload: several parts, a name that needs escapes, a folder."""
    contents = {"big.bin": os.urandom(25_000_000), "ü b.txt": b"text", "sub/inner.txt": b"inner"}
    for name, content in contents.items():
        path = os.path.join(WORK, "aem-upload", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    return work("aem-upload"), contents


def token(emulator):
    trust = {"IMS_CA_FILE": emulator.ca} if emulator.ca else {}
    code, out, stderr = client([IMS, "token", "-c", emulator.documents, "--url", emulator.url], **trust)
    assert code == 0, stderr
    return out


def rights(emulator, *groups):
    account = urllib.parse.quote(emulator.ready["technical_account_id"])
    status, body = fetch(f"{emulator.url}/_emu/aem/rights/{account}", emulator.ca, put={"groups": list(groups)})
    assert status == 204, body


def run(emulator, script, *arguments):
    """Runs a script. Returns the JSON of its lines; the clients print their own lines in between."""
    trust = {"NODE_EXTRA_CA_CERTS": emulator.ca} if emulator.ca else {}
    code, out, stderr = client(
        ["node", "--require", "./hosts.js", script, *arguments],
        IMS_HOSTS="ims-na1.adobelogin.com", IMS_PORT=str(emulator.port), **trust,
    )
    assert code == 0, stderr
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def uploads(name, emulator):
    folder, contents = files()
    paths = [os.path.join(folder, file) for file in ("big.bin", "ü b.txt")]
    arguments = ("aem-upload.js", emulator.aem, token(emulator), FOLDER, *paths)
    rights(emulator)
    refused = run(emulator, *arguments)
    report(
        f"aem-upload {name}: a reader is refused",
        refused[0] != {"error": "EFORBIDDEN"} and f"{refused[0]}",
        [file.get("error") for file in refused[1]["files"]] != ["EFORBIDDEN"] * 2 and f"{refused[1]}",
    )
    rights(emulator, "dam-users")
    deep, direct = run(emulator, *arguments)
    errors = [entry for kind in ("folders", "files") for entry in deep[kind] if entry.get("error")]
    report(
        f"aem-upload {name}: a folder is uploaded",
        errors and f"{errors}",
        deep["errors"] and f"{deep['errors']}",
        len(deep["files"]) != 3 and f"{deep['files']}",
        len(deep["folders"]) != 4 and f"{deep['folders']}",
    )
    report(
        f"aem-upload {name}: files are uploaded",
        any(file.get("error") for file in direct["files"]) and f"{direct['files']}",
    )
    _, again = run(emulator, *arguments)
    report(
        f"aem-upload {name}: files are uploaded again as versions",
        any(file.get("error") for file in again["files"]) and f"{again['files']}",
    )
    for path in (f"{FOLDER}/aem-upload/sub/inner.txt", f"{FOLDER}/aem-upload/big.bin", f"{FOLDER}/ü b.txt"):
        content = next(content for file, content in contents.items() if path.endswith(file))
        metadata = urllib.parse.quote(f"/content/dam/{path}/jcr:content/metadata.json")
        status, body = fetch(emulator.aem + metadata, emulator.ca, token(emulator))
        report(
            f"aem-upload {name}: {path} is in the repository",
            status != 200 and f"status {status}",
            status == 200 and json.loads(body)["dam:size"] != len(content) and body,
        )


def queries(name, emulator):
    rights(emulator, "administrators")
    arguments = ("aem-headless.js", emulator.documents, emulator.aem)
    unset = {key: value for line in run(emulator, *arguments) for key, value in line.items()}
    report(
        f"aem-headless {name}: a query without an answer says what to set",
        "PUT /_emu/aem/graphql/interop/by-slug" not in unset["run"].get("text", "") and f"{unset['run']}",
    )
    page = {"pageInfo": {"hasNextPage": False, "endCursor": "1"}, "edges": [{"node": {"title": "T"}}]}
    paged = "{ articlePaginated(first: 2) { pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { node { title } cursor } } }"
    by_slug = [
        {"variables": {"slug": "/a b ü", "count": 5}, "answer": {"data": {"one": 1}}},
        {"variables": {"slug": "/x"}, "answer": {"data": {"two": 2}}},
    ]
    for path, body in (
        ("interop/by-slug", {"answers": by_slug}),
        ("global/list", {"query": QUERY, "answer": {"data": {"articleList": {"items": []}}}}),
        ("global/pages", {"query": paged, "answer": {"data": {"articlePaginated": page}}}),
    ):
        status, text = fetch(f"{emulator.url}/_emu/aem/graphql/{path}", emulator.ca, put=body)
        assert status in (201, 204), text
    found = {key: value for line in run(emulator, *arguments) for key, value in line.items()}
    expected = {
        "run": {"data": {"one": 1}},
        "post": {"data": {"two": 2}},
        "query": {"data": {"articleList": {"items": []}}},
        "pages": [[{"title": "T"}]],
    }
    for key, value in expected.items():
        report(f"aem-headless {name}: {key}", found[key] != value and f"{found[key]}")
    report(
        f"aem-headless {name}: persisted queries are listed",
        found["list"][-1]["queries"][0]["data"]["query"] != QUERY and f"{found['list']}",
    )
    unknown = found["unknown"]
    report(f"aem-headless {name}: an unknown query is an error", unknown.get("error") != "API_ERROR" and f"{unknown}")


def main():
    with Emulator("aem-tls", "--tls") as tls:
        uploads("https", tls)
        queries("https", tls)
    with Emulator("aem-plain") as plain:
        uploads("http", plain)


main()
finish()
