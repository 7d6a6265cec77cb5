"""Checks `ims token` against the stand-in: its requests, output and exit code, and that it shows no secret."""

import datetime
import email.utils
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse

from cryptography.hazmat.primitives import serialization

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, IMS, finish, report, save, save_json
from documents import Account, Authority, Client, crlf, pem
from ims import StandIn
from proxy import Proxy

ENDPOINT = "ims-na1.adobelogin.com"
ELSEWHERE = "ims.example.test"
PASSPHRASE = "correct horse battery staple"

account = Account()
client = Client()
authority = Authority("interop throw-away CA")
ca = save("standin-ca.pem", authority.pem())
leaf = save("standin-leaf.pem", authority.leaf("127.0.0.1", "localhost", ELSEWHERE))
# --url replaces the imsEndpoint of the document, in the assertion too.
ims = StandIn(account, leaf=leaf, client=client)
document = save_json("document.json", account.document(ENDPOINT))
oauth = save_json("oauth.json", client.document())
known_ids = {entry["id"] for entry in json.loads(subprocess.check_output([IMS, "explain", "-o", "json"], env=CLEAN))["entries"]}


class Run:
    """One run of `ims token`."""

    def __init__(self, *arguments, stdin=None, **environment):
        self.before = len(ims.requests)
        started = time.monotonic()
        done = subprocess.run(
            [IMS, "token", *arguments],
            env=CLEAN | environment,
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.seconds = time.monotonic() - started
        self.code, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr
        self.requests = ims.requests[self.before :]
        first = re.fullmatch(r"ims: .+ \[([a-z0-9-]+)\]", self.stderr.split("\n")[0])
        self.id = first and first[1]

    def leaks(self, *more):
        """Yields each secret that occurs on stderr."""
        secrets = {"client secret": [account.client_secret, *client.client_secrets], "passphrase": [PASSPHRASE], "token": [], "assertion": []}
        key = serialization.PrivateFormat
        secrets["private key"] = [
            line[:32] for form in (key.PKCS8, key.TraditionalOpenSSL) for line in pem(account.key, form).split("\n")[1:-2]
        ]
        if ims.issued:
            secrets["token"] = [ims.issued, *ims.issued.split(".")[1:]]
        for request in self.requests:
            secrets["assertion"] += request.fields.get("jwt_token", "").split(".")[1:]
        # Compares the beginning only: a message may be cut.
        for what in ("token", "assertion"):
            secrets[what] = [value[:60] for value in secrets[what]]
        secrets["more"] = list(more)
        for what, values in secrets.items():
            for value in filter(None, values):
                for form in (value, urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value)):
                    if form in self.stderr:
                        yield f"{what} on stderr: {form[:12]}…"
                        break

    def contract(self):
        """Returns the faults of the requests that arrived."""
        return [r.violation or r.refusal and str(r.refusal) for r in self.requests]


def by_url(*arguments, doc=document, **more):
    return Run("-c", doc, "--url", ims.url, "--ca-file", ca, *arguments, **more)


def ends_with(name, run, code, *ids, requests=1, says=(), hides=(), refused=False):
    """Checks a failure: exit code, id, empty stdout, no secret on stderr."""
    report(
        name,
        run.code != code and f"exit {run.code}, not {code}",
        run.stdout and f"stdout {run.stdout[:80]!r}",
        run.id not in ids and f"id {run.id}, not {' or '.join(ids)}: {run.stderr.strip()[:300]}",
        run.id not in known_ids | {"usage"} and "the id is not in `ims explain`",
        len(run.requests) != requests and f"{len(run.requests)} requests, not {requests}",
        *(f"sent: {p}" for p in run.contract() if p and not refused),
        *(text not in run.stderr and f"does not say {text!r}" for text in says),
        *run.leaks(*hides),
        re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", run.stderr) and "control characters on stderr",
        "panicked" in run.stderr and "panic",
    )


def succeeds(name, run, requests=1, stdout="{}\n", stderr=""):
    expected = stdout.format(ims.issued)
    report(
        name,
        run.code and f"exit {run.code}: {run.stderr.strip()[:200]}",
        run.stdout != expected and f"stdout {run.stdout[:80]!r}",
        stderr is not None and run.stderr != stderr and f"stderr {run.stderr[:200]!r}",
        len(run.requests) != requests and f"{len(run.requests)} requests, not {requests}",
        *(f"sent: {p}" for p in run.contract() if p),
        *run.leaks(),
    )


def answering(behaviour):
    """Makes the stand-in answer this way for one case."""
    ims.behaviour = behaviour


def says(status, error, description, **headers):
    return lambda handler, _: handler.send(status, {"error_description": description, "error": error}, **headers)


# --- success, and the ways to pass the document


def outputs():
    answering(ims.strict)
    run = by_url()
    succeeds("token: the strict stand-in accepts the request and stdout is the token", run)
    if run.requests:
        save_json(
            "captured.json",
            {
                "assertion": run.requests[0].fields["jwt_token"],
                "environment": ims.environment,
                "document": account.document(ENDPOINT),
            },
        )
    succeeds("-o header", by_url("-o", "header"), stdout="Authorization: Bearer {}\n")
    run = by_url("-o", "json")
    body = json.loads(run.stdout or "{}")
    report(
        "-o json has token, expiry and owner",
        body.get("schema") != "ims.token/1" and f"schema {body.get('schema')}",
        body.get("access_token") != ims.issued and "another token",
        body.get("client_id") != account.client_id and f"client_id {body.get('client_id')}",
        body.get("org_id") != account.org and f"org_id {body.get('org_id')}",
        body.get("token_type") != "bearer" and f"token_type {body.get('token_type')}",
        not 86300 <= body.get("expires_in", 0) <= 86400 and f"expires_in {body.get('expires_in')}",
        abs(body.get("expires_at_unix", 0) - time.time() - 86400) > 30 and f"expires_at_unix {body.get('expires_at_unix')}",
        same_instant(body),
    )
    run = by_url("-v")
    succeeds("-v shows no secret", run, stderr=None)
    report("-v prints to stderr", not run.stderr and "nothing on stderr")
    succeeds("-q is silent on stderr", by_url("-q"))
    run = by_url("-o", "yaml")
    ends_with("an unknown -o is a usage error", run, 2, "usage", requests=0)


def same_instant(body):
    at = datetime.datetime.fromisoformat(body["expires_at"].replace("Z", "+00:00")).timestamp()
    return int(at) != body["expires_at_unix"] and "expires_at differs from expires_at_unix"


def documents():
    answering(ims.strict)
    there = ("--url", ims.url, "--ca-file", ca)
    text = json.dumps(account.document(ENDPOINT))
    succeeds("-c - reads stdin", Run("-c", "-", *there, stdin=text))
    succeeds("IMS_CREDENTIALS as a path", Run(*there, IMS_CREDENTIALS=document))
    succeeds("IMS_CREDENTIALS as the document", Run(*there, IMS_CREDENTIALS=text))
    succeeds("IMS_URL and IMS_CA_FILE", Run(IMS_CREDENTIALS=document, IMS_URL=ims.url, IMS_CA_FILE=ca))
    succeeds("SSL_CERT_FILE", Run("-c", document, "--url", ims.url, SSL_CERT_FILE=ca))
    succeeds("--url with a trailing slash", Run("-c", document, "--url", ims.url + "/", "--ca-file", ca))
    succeeds("-c wins over IMS_CREDENTIALS", Run("-c", document, *there, IMS_CREDENTIALS="/nowhere.json"))

    forms = {
        "the old form": account.old_document(ENDPOINT),
        "a bare integration": account.integration(ENDPOINT),
        "unknown fields": account.document(ENDPOINT, futureField={"a": 1}),
        "a PKCS#8 key": account.document(ENDPOINT, privateKey=pem(account.key, serialization.PrivateFormat.PKCS8)),
        "a key with LF only": account.document(ENDPOINT, privateKey=pem(account.key)),
        "a key with literal \\r\\n": account.document(ENDPOINT, privateKey=crlf(pem(account.key)).replace("\r\n", "\\r\\n")),
        "a key on one line": account.document(ENDPOINT, privateKey=pem(account.key).replace("\n", "")),
        "blanks between metascopes": account.document(ENDPOINT, metascopes=" ent_aem_cloud_api , "),
    }
    for what, value in forms.items():
        succeeds(f"a document with {what}", by_url(doc=save_json("form.json", value)))
    succeeds("a document with a byte order mark", by_url(doc=save("bom.json", "\ufeff" + text)))

    several = Account(1, ("ent_aem_cloud_api", "ent_cloudmgr_sdk", "ent_user_sdk"))
    ims.account = several
    succeeds("several metascopes", by_url(doc=save_json("several.json", several.document(ENDPOINT))))
    ims.account = account


def endpoints():
    """Checks imsEndpoint as host:port, without --url. The assertion must name exactly this address."""
    answering(ims.strict)
    for host in ("127.0.0.1", "localhost"):
        ims.environment = f"https://{host}:{ims.port}"
        run = Run("-c", save_json("self.json", account.document(f"{host}:{ims.port}")), "--ca-file", ca)
        succeeds(f"imsEndpoint {host}:port without --url", run)
    ims.environment = ims.url
    plain = StandIn(account)
    run = Run("-c", document, "--url", plain.url)
    report(
        "http on loopback",
        run.code and f"exit {run.code}: {run.stderr}",
        run.stdout != f"{plain.issued}\n" and "another token",
        *[r.violation or r.refusal and str(r.refusal) for r in plain.requests],
    )
    plain.shutdown()


def encrypted():
    answering(ims.strict)
    key = pem(account.key, serialization.PrivateFormat.PKCS8, PASSPHRASE)
    doc = save_json("encrypted.json", account.document(ENDPOINT, privateKey=key))
    right = save("passphrase", PASSPHRASE + "\n")
    wrong = save("wrong-passphrase", PASSPHRASE + "!\n")
    succeeds("an encrypted key with --passphrase-file", by_url("--passphrase-file", right, doc=doc))
    succeeds("an encrypted key with IMS_PASSPHRASE_FILE", by_url(doc=doc, IMS_PASSPHRASE_FILE=right))
    run = by_url("--passphrase-file", wrong, doc=doc)
    ends_with("a wrong passphrase", run, 3, "key-passphrase-wrong", requests=0)
    ends_with("an encrypted key without passphrase", by_url(doc=doc), 3, "key-encrypted", requests=0)
    run = by_url("--passphrase-file", "/nowhere", doc=doc)
    ends_with("a passphrase file that is not there", run, 3, "file-unreadable", requests=0)


def bad_documents():
    answering(ims.strict)
    lacking = account.document(ENDPOINT)
    del lacking["integration"]["org"], lacking["integration"]["technicalAccount"]["clientSecret"]
    swapped = account.document(ENDPOINT, org=account.id, id=account.org)
    other = account.document(ENDPOINT, privateKey=crlf(pem(Account(2).key)))
    text = json.dumps(account.document(ENDPOINT))
    table = [
        ("no document at all", None, "credentials-missing", ()),
        ("two values missing, both named", lacking, "document-incomplete", ("org", "clientSecret")),
        ("org and id swapped", swapped, "identities-swapped", ()),
        ("key of another certificate", other, "certificate-key-mismatch", ()),
        ("the certificate as the key", account.document(ENDPOINT, privateKey=account.integration("")["publicKey"]), "key-is-certificate", ()),
        ("half a key", account.document(ENDPOINT, privateKey=pem(account.key)[:600]), "key-truncated", ()),
        ("an empty key", account.document(ENDPOINT, privateKey=""), ("key-missing", "document-incomplete"), ()),
        ("an empty object", {}, "document-unknown", ()),
        ("an array", [], "document-unknown", ()),
        ("half a document", text[: len(text) // 2], "document-not-json", ()),
        ("an empty file", "", "document-not-json", ()),
        ("an address of somebody else", account.document("https://example.test/a?b=c"), "identity-service-not-named", ()),
    ]
    for what, value, ids, texts in table:
        if value is None:
            run = Run("--url", ims.url, "--ca-file", ca)
        else:
            doc = save("bad.json", value) if isinstance(value, str) else save_json("bad.json", value)
            there = () if ids == "identity-service-not-named" else ("--url", ims.url)
            run = Run("-c", doc, "--ca-file", ca, *there)
        ids = (ids,) if isinstance(ids, str) else ids
        ends_with(f"document: {what}", run, 3, *ids, requests=0, says=texts)
    ends_with("document: no such file", by_url(doc="/nowhere.json"), 3, "file-unreadable", requests=0)
    token = {"ok": True, "statusCode": 200, "accessToken": "e30.e30.e30"}
    run = by_url(doc=save_json("local.json", token))
    report("a local development token is not exchanged", run.requests and "something was sent")
    run = by_url("-o", "header", doc=save_json("local.json", token | {"accessToken": "e30.e30.e30\r\nX-Evil: 1"}))
    ends_with("a local development token with a line end", run, 3, "token-unreadable", "document-incomplete", requests=0)


# --- refusals


def refusals():
    """Checks that the strict stand-in refuses wrong values of the document."""
    answering(ims.strict)
    wrong_secret = account.document(ENDPOINT)
    wrong_secret["integration"]["technicalAccount"]["clientSecret"] += "x"
    unknown = account.document(ENDPOINT)
    unknown["integration"]["technicalAccount"]["clientId"] += "9"
    foreign = Account(0)
    stranger = account.document(
        ENDPOINT, privateKey=foreign.integration("")["privateKey"], publicKey=foreign.integration("")["publicKey"]
    )
    table = [
        ("wrong secret", wrong_secret, "client-secret-wrong"),
        ("unknown client", unknown, "client-unknown"),
        ("foreign key", stranger, "signature-not-bound"),
        ("another account", account.document(ENDPOINT, id=foreign.id), "signature-not-bound"),
        ("unbound metascope", account.document(ENDPOINT, metascopes="ent_aem_cloud_api,ent_x_sdk"), "metascope-not-bound"),
    ]
    for what, value, expected in table:
        run = by_url(doc=save_json("refused.json", value))
        ends_with(f"strict refusal: {what}", run, 4, expected, refused=True, says=("x-debug-id: standin-",))
        violation = [r.violation for r in run.requests if r.violation]
        report(f"strict refusal: {what}: the request was well formed", *violation)

    # Answers of IMS that are documented or known.
    table = [
        ("wrong secret 400", 400, "invalid_client", "invalid client_secret parameter", "client-secret-wrong"),
        ("wrong secret 401", 401, "invalid_client", "invalid client_secret parameter", "client-secret-wrong"),
        ("client refused 401, unknown text", 401, "invalid_client", "Something else", "client-invalid"),
        ("unknown client", 400, "invalid_client", "invalid client_id parameter", "client-unknown"),
        ("signature, documented", 400, "invalid_signature", "The signature is not valid", "signature-not-bound"),
        ("signature, observed", 400, "invalid_token", "Could not match JWT signature to any of the bindings", "signature-not-bound"),
        ("signature, newer text", 400, "invalid_token", "Could not match signature to any of the bindings", "signature-not-bound"),
        ("undecodable", 400, "invalid_token", "JWT token is incorrectly formatted, and can not be decoded.", "assertion-malformed"),
        ("expired", 400, "invalid_token", "The JWT has expired", "assertion-expired"),
        ("metascope", 400, "invalid_scope", "The metascopes in the JWT are not a subset of the metascopes in the binding.", "metascope-not-bound"),
        ("scope, other text", 400, "invalid_scope", "Unknown", "scope-invalid"),
        ("bad_request", 400, "bad_request", "Bad technical account", "identity-malformed"),
        ("jti", 400, "invalid_jti", "The jti was used before", "assertion-replayed"),
        ("unauthorized_client", 400, "unauthorized_client", "Not allowed", "grant-not-allowed"),
        ("an unknown error", 400, "teapot", "Short and stout", "refused"),
    ]
    for what, status, error, description, expected in table:
        answering(says(status, error, description))
        ends_with(f"refusal: {what}", by_url(), 4, expected, says=(description,))
    answering(lambda handler, _: handler.send(403, "<html>Forbidden</html>", "text/html"))
    ends_with("403 with HTML", by_url(), 5, "answer-not-json")
    answering(lambda handler, _: handler.send(404, {"error_code": "404001", "message": "Resource not found"}))
    run = by_url()
    ends_with("404 with other JSON", run, 5, "answer-of-gateway")
    answering(lambda handler, _: handler.send(405, "", None))
    ends_with("405 with nothing", by_url(), 5, "answer-empty")


def json_errors():
    answering(says(400, "invalid_client", "invalid client_secret parameter"))
    run = by_url("-o", "json")
    try:
        body = json.loads(run.stderr)
    except ValueError:
        return report("-o json: the error is an object on stderr", f"stderr {run.stderr[:200]!r}")
    report(
        "-o json: the error is an object on stderr",
        run.code != 4 and f"exit {run.code}",
        run.stdout,
        "client-secret-wrong" not in json.dumps(body) and f"no id in {body}",
        "standin-" not in json.dumps(body) and "no x-debug-id",
        *run.leaks(),
    )


# --- no usable answer


def throttling():
    answering(says(429, "too_many_requests", "Slow down", Retry_After="7"))
    ends_with("429 with Retry-After in seconds", by_url(), 6, "throttled", says=("7",))
    date = email.utils.formatdate(time.time() + 120, usegmt=True)
    answering(says(429, "too_many_requests", "Slow down", Retry_After=date))
    ends_with("429 with Retry-After as a date", by_url(), 6, "throttled")
    answering(lambda handler, _: handler.send(429, "", None, Retry_After="soon"))
    ends_with("429 with an empty body and a broken Retry-After", by_url(), 6, "throttled")
    answering(lambda handler, _: handler.send(429, "<html>", "text/html", Retry_After="99999999999999999999"))
    ends_with("429 with HTML and a huge Retry-After", by_url(), 6, "throttled")


def unusable():
    body = lambda: json.dumps(ims.success())
    table = [
        ("500 internal_error", says(500, "internal_error", "Please try again later"), ("client-migrated",)),
        ("500 with another error", says(500, "server_error", "Oops"), ("server-error",)),
        ("503 with HTML", lambda h, _: h.send(503, "<html><h1>Unavailable</h1>", "text/html"), ("server-error", "answer-not-json")),
        ("502 with nothing", lambda h, _: h.send(502, "", None), ("server-error",)),
        ("503 with Retry-After", lambda h, _: h.send(503, "", None, Retry_After="30"), ("server-error",)),
        ("200 with HTML", lambda h, _: h.send(200, "<!doctype html><title>Log in</title>", "text/html"), ("answer-not-json",)),
        ("200 with HTML called JSON", lambda h, _: h.send(200, "<html></html>"), ("answer-not-json",)),
        ("200 with nothing", lambda h, _: h.send(200, ""), ("answer-empty",)),
        ("200 with blanks", lambda h, _: h.send(200, " \r\n "), ("answer-empty",)),
        ("204", lambda h, _: h.send(204, "", None), ("answer-empty",)),
        ("200 without token", lambda h, _: h.send(200, ims.success(access_token=...)), ("answer-without-token",)),
        ("200 with an empty token", lambda h, _: h.send(200, ims.success(access_token="")), ("answer-without-token",)),
        ("200 with a null token", lambda h, _: h.send(200, ims.success(access_token=None)), ("answer-without-token",)),
        ("200 with a number as token", lambda h, _: h.send(200, ims.success(access_token=5)), ("answer-without-token",)),
        ("200 with a line end in the token", lambda h, _: h.send(200, ims.success(access_token="a.b.c\r\nX-Evil: 1")), ("answer-without-token", "token-unreadable")),
        ("200 with an array", lambda h, _: h.send(200, "[]"), ("answer-without-token", "answer-not-json")),
        ("200 with null", lambda h, _: h.send(200, "null"), ("answer-without-token", "answer-not-json")),
        ("200 with an error object", says(200, "invalid_client", "invalid client_secret parameter"), ("answer-without-token",)),
        ("truncated JSON", lambda h, _: h.send(200, body()[:200]), ("answer-truncated", "answer-not-json")),
        ("JSON that is no UTF-8", lambda h, _: h.send(200, b'{"access_token":"\xff\xfe"}'), ("answer-not-json", "answer-without-token")),
        ("deeply nested JSON", lambda h, _: h.send(200, "[" * 100000), ("answer-not-json", "answer-truncated", "answer-too-large")),
        ("a cut connection in the body", cut, ("answer-truncated", "connection-failed")),
        ("a cut connection before the answer", hang_up, ("connection-failed",)),
        ("an answer that is not HTTP", not_http, ("answer-not-http",)),
        ("5 MB with a token in it", large, ("answer-too-large",)),
        ("5 MB without Content-Length", large_without_length, ("answer-too-large",)),
    ]
    for what, behaviour, expected in table:
        answering(behaviour)
        ends_with(what, by_url(), 5, *expected)


def cut(handler, _):
    handler.send(200, json.dumps(ims.success())[:300], Content_Length="2000")
    handler.close_connection = True


def hang_up(handler, _):
    handler.close_connection = True


def not_http(handler, _):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


def large(handler, _):
    handler.send(200, json.dumps(ims.success() | {"padding": "x" * 5_000_000}))


def large_without_length(handler, _):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    handler.wfile.write(json.dumps(ims.success() | {"padding": "x" * 5_000_000}).encode())


def redirects():
    target = StandIn(account, leaf=leaf)
    for status in (301, 302, 303, 307, 308):
        answering(lambda handler, _: handler.send(status, "", None, Location=target.url + "/ims/exchange/jwt"))
        ends_with(f"redirect {status}", by_url(), 5, "answer-redirect", hides=())
    report("no redirect was followed", target.requests and f"{len(target.requests)} requests arrived")
    target.shutdown()


def slowness():
    def late(handler, _):
        time.sleep(4)
        handler.send(200, ims.success())

    def dripping(handler, _):
        body = json.dumps(ims.success())
        handler.send(200, "", Content_Length=str(len(body)))
        for byte in body[:40]:
            handler.wfile.write(byte.encode())
            handler.wfile.flush()
            time.sleep(0.1)

    for what, behaviour in (("a slow answer", late), ("an answer that drips", dripping)):
        answering(behaviour)
        run = by_url("--timeout", "1s")
        ends_with(f"{what} beyond --timeout", run, 5, "deadline-exceeded")
        report(f"{what} ends in time", not 0.9 <= run.seconds <= 2.5 and f"{run.seconds:.1f} s")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        run = Run("-c", document, "--url", f"https://127.0.0.1:{silent.getsockname()[1]}", "--timeout", "500ms")
        ends_with("a server that never speaks TLS", run, 5, "deadline-exceeded", requests=0)
    answering(ims.strict)
    succeeds("--timeout 2m", by_url("--timeout", "2m"))
    ends_with("--timeout without sense", by_url("--timeout", "soon"), 2, "usage", requests=0)
    ends_with("IMS_TIMEOUT without sense", by_url(IMS_TIMEOUT="soon"), 3, "variable-invalid", requests=0)


def lives():
    """Checks expires_in in every form. The token itself says 24 hours in each case."""
    day = range(86300, 86401)
    table = [
        ("milliseconds", 86399998, day),
        # The value is in milliseconds at this endpoint, or the token decides. It is never read as more.
        ("seconds", 86399, range(1, 86401)),
        ("a string", "86399998", day),
        ("a fraction", 86399998.5, day),
        ("absent", ..., day),
        ("null", None, day),
        ("negative", -1, range(0, 86401)),
        ("huge", 10**18, day),
        ("beyond 64 bits", 10**30, day),
        ("text", "tomorrow", day),
    ]
    for what, value, expected in table:
        answering(lambda handler, _: handler.send(200, ims.success(expires_in=value)))
        run = by_url("-o", "json")
        body = json.loads(run.stdout or "{}")
        left = body.get("expires_in")
        report(
            f"expires_in: {what}",
            run.code and f"exit {run.code}: {run.stderr.strip()[:200]}",
            body and body.get("access_token") != ims.issued and "another token",
            body and left not in expected and f"{left} s left",
            body and same_instant(body),
            *run.leaks(),
        )
    answering(lambda handler, _: handler.send(200, ims.success(access_token="opaque-token-0123456789", token_type=...)))
    run = by_url()
    report(
        "a token that is no JWT is passed on",
        run.code and f"exit {run.code}: {run.stderr.strip()[:200]}",
        run.stdout != "opaque-token-0123456789\n" and f"stdout {run.stdout[:60]!r}",
    )


def echoes():
    """Checks that the tool does not print secrets that a server echoes."""

    def all_of(request):
        return f"secret {request.fields['client_secret']} assertion {request.fields['jwt_token']}"

    def quoted(request):
        return urllib.parse.quote(request.fields["client_secret"], safe="") + " " + request.body

    def part(request, number):
        return "Rejected: " + request.fields["jwt_token"].split(".")[number] + "."

    table = [
        ("error_description", 4, lambda h, r: h.send(400, {"error_description": all_of(r), "error": "bad_request"})),
        ("the body as it came", 4, lambda h, r: h.send(400, {"error_description": quoted(r), "error": "bad_request"})),
        ("the beginning of the assertion", 4, lambda h, r: h.send(400, {"error_description": "Rejected: " + r.fields["jwt_token"][:200], "error": "bad_request"})),
        ("the assertion's claims", 4, lambda h, r: h.send(400, {"error_description": part(r, 1), "error": "bad_request"})),
        ("the assertion's signature", 4, lambda h, r: h.send(400, {"error_description": part(r, 2), "error": "bad_request"})),
        ("error", 4, lambda h, r: h.send(400, {"error_description": "x", "error": all_of(r)})),
        ("x-debug-id", 4, lambda h, r: h.send(400, {"error_description": "x", "error": "bad_request"}, X_Debug_Id=all_of(r))),
        ("an HTML page", 5, lambda h, r: h.send(500, f"<pre>{all_of(r)}</pre>", "text/html")),
        ("200 with HTML", 5, lambda h, r: h.send(200, f"<pre>{all_of(r)}</pre>", "text/html")),
        ("Location", 5, lambda h, r: h.send(302, "", None, Location="https://127.0.0.1/?" + r.body)),
        ("Retry-After", 6, lambda h, r: h.send(429, "", None, Retry_After=all_of(r))),
        ("a new token in an error", 4, lambda h, r: h.send(400, {"error_description": json.dumps(ims.success()), "error": "bad_request"})),
        ("a token in truncated JSON", 5, lambda h, r: h.send(200, json.dumps(ims.success())[:-1])),
    ]
    for what, code, behaviour in table:
        for flags in ((), ("-v",)):
            answering(behaviour)
            run = by_url(*flags)
            report(
                f"echoed: {what}{' with -v' if flags else ''}: nothing is printed",
                run.code != code and f"exit {run.code}, not {code}",
                run.stdout and "something on stdout",
                *run.leaks(),
            )
    answering(says(400, "bad_request", "\x1b[31mred\x1b[0m \x07\r\nims: done [ok]\u202e\u2028"))
    run = by_url()
    ends_with("terminal escapes and line ends in the description", run, 4, "identity-malformed")
    report(
        "a description cannot add a line to the output",
        any(line.startswith("ims: done") for line in run.stderr.splitlines()) and "forged line",
        re.search("[\u202a-\u202e\u2028\u2029]", run.stderr) and "bidirectional or line controls",
    )
    answering(says(400, "bad_request", "x" * 100_000))
    run = by_url()
    report("a very long description is cut", len(run.stderr) > 8000 and f"{len(run.stderr)} characters on stderr")


# --- OAuth server-to-server


def oauth_documents():
    answering(ims.strict)
    there = ("--url", ims.url, "--ca-file", ca)
    text = json.dumps(client.document())
    succeeds("oauth: the strict stand-in accepts the request and stdout is the token", by_url(doc=oauth))
    succeeds("oauth: -c - reads stdin", Run("-c", "-", *there, stdin=text))
    succeeds("oauth: IMS_CREDENTIALS as the document", Run(*there, IMS_CREDENTIALS=text))
    succeeds("oauth: -o header", by_url("-o", "header", doc=oauth), stdout="Authorization: Bearer {}\n")
    succeeds("oauth: -v shows no secret", by_url("-v", doc=oauth), stderr=None)
    forms = {
        "unknown fields": client.document(FUTURE_FIELD={"a": 1}),
        "scopes as one text": client.document(SCOPES=", ".join(client.scopes)),
        "a scope twice": client.document(SCOPES=[*client.scopes, client.scopes[0]]),
        "one of its scopes": client.document(SCOPES=["openid"]),
        "the form of aio": client.aio(),
        "the form of a workspace": client.workspace(),
        "the form of the tutorials": client.tutorial(ENDPOINT),
    }
    for what, value in forms.items():
        succeeds(f"oauth: a document with {what}", by_url(doc=save_json("form.json", value)))
    run = Run("-c", save_json("self.json", client.tutorial(f"127.0.0.1:{ims.port}")), "--ca-file", ca)
    succeeds("oauth: the endpoint of the document without --url", run)

    run = by_url("-o", "json", doc=oauth)
    body = json.loads(run.stdout or "{}")
    report(
        "oauth: -o json has token, expiry and owner",
        body.get("access_token") != ims.issued and "another token",
        body.get("client_id") != client.client_id and f"client_id {body.get('client_id')}",
        body.get("org_id") != client.org and f"org_id {body.get('org_id')}",
        sorted(body.get("scopes", [])) != sorted(client.scopes) and f"scopes {body.get('scopes')}",
        not 86300 <= body.get("expires_in", 0) <= 86400 and f"expires_in {body.get('expires_in')}",
        body and same_instant(body),
    )
    for what, lacking in (("client id", "CLIENT_ID"), ("secret", "CLIENT_SECRETS"), ("scopes", "SCOPES")):
        value = client.document()
        value[lacking] = [] if isinstance(value[lacking], list) else ""
        run = by_url(doc=save_json("bad.json", value))
        ids = ("document-needs-more",) if what == "scopes" else ("document-incomplete",)
        ends_with(f"oauth: a document without {what}", run, 3, *ids, requests=0, says=(lacking,))


def oauth_lives():
    """Checks expires_in in seconds. The token is no JWT, so the answer alone decides."""
    for what, value in (("a day", 86399), ("an hour", 3599)):
        answering(lambda handler, request: handler.send(200, ims.granted(request, access_token="opaque-token-0123456789", expires_in=value)))
        run = by_url("-o", "json", doc=oauth)
        left = json.loads(run.stdout or "{}").get("expires_in")
        report(
            f"oauth: expires_in is in seconds: {what}",
            run.code and f"exit {run.code}: {run.stderr.strip()[:200]}",
            left not in range(value - 30, value + 1) and f"{left} s left",
        )


def oauth_refusals():
    answering(ims.strict)
    first, second = client.client_secrets
    table = [
        ("wrong secret", client.document(CLIENT_SECRETS=[first + "x"]), "client-secret-wrong", 1),
        ("two wrong secrets", client.document(CLIENT_SECRETS=[first + "x", second + "x"]), "client-secret-wrong", 2),
        ("unknown client", client.document(CLIENT_ID=client.client_id + "9", CLIENT_SECRETS=[first, second]), "client-unknown", 1),
        ("a scope that is not granted", client.document(SCOPES=[*client.scopes, "user_management_sdk"]), "scope-invalid", 1),
    ]
    for what, value, expected, requests in table:
        run = by_url(doc=save_json("refused.json", value))
        ends_with(f"oauth: strict refusal: {what}", run, 4, expected, refused=True, requests=requests, says=("x-debug-id: standin-",))
        violation = [r.violation for r in run.requests if r.violation]
        report(f"oauth: strict refusal: {what}: the request was well formed", *violation)
    client.may_ask = False
    ends_with("oauth: strict refusal: a client of another kind", by_url(doc=oauth), 4, "grant-not-allowed", refused=True)
    client.may_ask = True

    run = by_url(doc=save_json("rotated.json", client.document(CLIENT_SECRETS=["deleted", second])))
    report(
        "oauth: the second secret is tried when the first is refused",
        run.code and f"exit {run.code}: {run.stderr.strip()[:200]}",
        run.stdout != f"{ims.issued}\n" and f"stdout {run.stdout[:80]!r}",
        [r.fields.get("client_secret") for r in run.requests] != ["deleted", second] and "other secrets were tried",
        *(r.violation for r in run.requests),
        *run.leaks(),
    )

    both = save_json("both.json", client.document(CLIENT_SECRETS=[first, second]))
    table = [
        ("503", lambda h, _: h.send(503, "", None), 5, "server-error"),
        ("429", lambda h, _: h.send(429, "", None, Retry_After="30"), 6, "throttled"),
        ("a redirect", lambda h, _: h.send(307, "", None, Location=ims.url + "/ims/token/v3"), 5, "answer-redirect"),
        ("200 without token", lambda h, r: h.send(200, ims.granted(r, access_token=...)), 5, "answer-without-token"),
    ]
    for what, behaviour, code, expected in table:
        answering(behaviour)
        ends_with(f"oauth: {what} sends no other secret", by_url(doc=both), code, expected)
    for what, behaviour in (
        ("a refusal", lambda h, r: h.send(400, {"error_description": r.body + " " + " ".join(client.client_secrets), "error": "invalid_scope"})),
        ("x-debug-id", lambda h, r: h.send(400, {"error_description": "x", "error": "invalid_scope"}, X_Debug_Id=r.body)),
    ):
        for flags in ((), ("-v",)):
            answering(behaviour)
            run = by_url(*flags, doc=both)
            report(
                f"oauth: echoed in {what}{' with -v' if flags else ''}: nothing is printed",
                run.code != 4 and f"exit {run.code}, not 4",
                run.stdout and "something on stdout",
                *run.leaks(),
            )


# --- the connection


def trust():
    answering(ims.strict)
    run = Run("-c", document, "--url", ims.url)
    ends_with("an untrusted CA", run, 5, "tls-untrusted", requests=0)
    stranger = save("other-ca.pem", Authority("another CA").pem())
    run = Run("-c", document, "--url", ims.url, "--ca-file", stranger)
    ends_with("another CA", run, 5, "tls-untrusted", requests=0)
    wrong = StandIn(account, leaf=save("wrong-leaf.pem", authority.leaf("other.example.test")))
    run = Run("-c", document, "--url", wrong.url, "--ca-file", ca)
    ends_with("a certificate for another name", run, 5, "tls-wrong-name", requests=0)
    report("a certificate for another name: nothing was sent", wrong.requests and "a request arrived")
    wrong.shutdown()
    run = Run("-c", document, "--url", ims.url, "--ca-file", document)
    ends_with("a CA file without certificate", run, 3, "ca-file-invalid", requests=0)
    run = Run("-c", document, "--url", ims.url, "--ca-file", "/nowhere.pem")
    ends_with("a CA file that is not there", run, 3, "file-unreadable", requests=0)
    plain = StandIn(account)
    run = Run("-c", document, "--url", plain.url.replace("http:", "https:"))
    ends_with("https to a port that speaks http", run, 5, "tls-not-spoken", requests=0)
    plain.shutdown()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        run = Run("-c", document, "--url", f"https://127.0.0.1:{free.getsockname()[1]}")
        ends_with("connection refused", run, 5, "nothing-listens", requests=0)
    run = Run("-c", document, "--url", f"https://{ELSEWHERE}", "--timeout", "5s")
    ends_with("a name that does not exist", run, 5, "name-unknown", requests=0)


def cleartext():
    listener = Proxy(0)
    through = {n: f"http://{listener.address}" for n in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")}
    for url in (f"http://{ELSEWHERE}", f"http://{ELSEWHERE}:8080", "http://127.0.0.1.example.test", "http://localhost.example.test", f"http://localhost@{ELSEWHERE}"):
        run = Run("-c", document, "--url", url, **through)
        ends_with(f"{url} is refused", run, 3, "endpoint-insecure", "endpoint-invalid", requests=0)
    report("no secret is sent unencrypted", listener.requests and f"{listener.requests}")
    listener.shutdown()


def proxies():
    answering(ims.strict)
    ims.environment = f"https://{ELSEWHERE}"
    doc = save_json("elsewhere.json", account.document(ELSEWHERE))

    def through(proxy, login="", **more):
        return Run("-c", doc, "--url", f"https://{ELSEWHERE}", "--ca-file", ca, HTTPS_PROXY=f"http://{login}{proxy.address}", **more)

    open_proxy = Proxy(ims.port)
    succeeds("a proxy without login", through(open_proxy))
    report("CONNECT names host and port", open_proxy.requests[:1] and open_proxy.requests[0][0][1] != f"{ELSEWHERE}:443" and f"{open_proxy.requests[0]}")
    run = Run("-c", doc, "--url", f"https://{ELSEWHERE}", "--ca-file", ca, https_proxy=f"http://{open_proxy.address}")
    succeeds("https_proxy in lower case", run)
    seen = len(open_proxy.requests)
    run = through(open_proxy, NO_PROXY=ELSEWHERE)
    report("NO_PROXY bypasses the proxy", len(open_proxy.requests) != seen and "the proxy was asked", run.id != "name-unknown" and f"id {run.id}")

    strict_proxy = Proxy(ims.port, login="user:p@ss/w:rd")
    succeeds("a proxy with login", through(strict_proxy, "user:p%40ss%2Fw%3Ard@"))
    run = through(strict_proxy)
    ends_with("407 from a proxy", run, 5, "proxy-authentication", requests=0)
    run = through(strict_proxy, "user:wrong-login-4711@")
    ends_with("407 to a wrong login", run, 5, "proxy-authentication", requests=0, hides=("wrong-login-4711",))
    run = Run("-v", "-c", doc, "--url", f"https://{ELSEWHERE}", "--ca-file", ca, HTTPS_PROXY=f"http://user:p%40ss%2Fw%3Ard@{strict_proxy.address}")
    report("-v does not show the proxy's password", run.code and f"exit {run.code}", *run.leaks("p@ss/w:rd", "p%40ss%2Fw%3Ard"))
    refusing = Proxy(ims.port, refuses=True)
    ends_with("a proxy that refuses the tunnel", through(refusing), 5, "proxy-refused", requests=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        run = Run("-c", doc, "--url", f"https://{ELSEWHERE}", "--ca-file", ca, HTTPS_PROXY=f"http://127.0.0.1:{free.getsockname()[1]}")
        ends_with("a proxy that is not there", run, 5, "proxy-unreachable", requests=0)
    run = Run("-c", doc, "--url", f"https://{ELSEWHERE}", "--ca-file", ca, HTTPS_PROXY="ftp://user:secret-4711@127.0.0.1:1")
    ends_with("a proxy of another kind", run, 3, "proxy-invalid", requests=0, hides=("secret-4711",))
    ims.environment = ims.url


for part in (outputs, documents, endpoints, encrypted, bad_documents, refusals, json_errors, throttling, unusable,
             redirects, slowness, lives, echoes, oauth_documents, oauth_lives, oauth_refusals, trust, cleartext, proxies):
    try:
        part()
    except Exception as error:
        report(f"{part.__name__} ran to its end", f"{type(error).__name__}: {error}")
finish()
