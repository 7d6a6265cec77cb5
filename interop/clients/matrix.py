"""Checks every client against the emulator: a token that opens AEM, and each refusal with IMS's text."""

import copy
import http.server
import os
import subprocess
import sys
import threading

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, IMS, WORK, Emulator, fetch, finish, report, save_json
from customers import client, opens_aem, refused

UMAPI_PYTHON = os.environ["UMAPI_PYTHON"]
HOST = "ims-na1.adobelogin.com"
STAGE = "ims-na1-stg1.adobelogin.com"
ELSEWHERE = "ims.example.test"

# The text of IMS where it is known, else the text of the emulator.
REFUSALS = {
    "foreign-key": ("invalid_token", "Could not match JWT signature to any of the bindings"),
    "wrong-secret": ("invalid_client", "invalid client_secret parameter"),
    "unknown-client": ("invalid_client", "invalid client_id parameter"),
    "unbound-metascope": (
        "invalid_scope",
        "The metascopes in the JWT are not a subset of the metascopes in the binding.",
    ),
    "wrong-account": ("invalid_token", "Could not match JWT signature to any of the bindings"),
    "wrong-audience": ("invalid_client", "audience"),
    "expired": ("invalid_token", "expired"),
}


def foreign_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return pem.decode().replace("\n", "\r\n")


KEY = foreign_key()


def variant(emulator, case):
    """Returns the path of the emulator's document with one wrong value."""
    document = copy.deepcopy(emulator.document)
    integration = document["integration"]
    account = integration["technicalAccount"]
    if case == "foreign-key":
        integration["privateKey"] = KEY
    elif case == "wrong-secret":
        account["clientSecret"] += "x"
    elif case == "unknown-client":
        account["clientId"] += "9"
    elif case == "unbound-metascope":
        integration["metascopes"] += ",ent_cloudmgr_sdk"
    elif case == "wrong-account":
        integration["id"] = "0123456789ABCDEF01234567@techacct.adobe.com"
    name = os.path.basename(emulator.documents).removesuffix(".json")
    return save_json(f"{name}-{case}.json", document)


def jwt_auth(emulator, case):
    environment = {"NODE_EXTRA_CA_CERTS": emulator.ca} if emulator.ca else {}
    url = emulator.url
    if case == "wrong-audience":
        environment |= {"IMS_HOSTS": ELSEWHERE, "IMS_PORT": str(emulator.port)}
        url = f"http://{ELSEWHERE}:{emulator.port}"
    return client(
        ["node", "--require", "./hosts.js", "--require", "./clock.js", "jwt-auth.js", variant(emulator, case), url],
        CLOCK_BACK="600" if case == "expired" else "0",
        **environment,
    )


def aio_lib_ims(emulator, case):
    return client(
        ["node", "--require", "./hosts.js", "--require", "./clock.js", "aio-lib-ims.js", variant(emulator, case)],
        CLOCK_BACK="600" if case == "expired" else "0",
        # The client can name no other wrong audience than its other environment.
        IMS_ENV="stage" if case == "wrong-audience" else "prod",
        IMS_HOSTS=f"{HOST},{STAGE}",
        IMS_PORT=str(emulator.port),
        NODE_EXTRA_CA_CERTS=emulator.ca,
        # The library stores the token in its configuration. Each call starts without a token.
        XDG_CONFIG_HOME=os.path.join(WORK, "aio", case),
    )


def umapi(emulator, case):
    host = ELSEWHERE if case == "wrong-audience" else "127.0.0.1"
    environment = {"HOST_ALIAS": ELSEWHERE} if case == "wrong-audience" else {}
    return client(
        [UMAPI_PYTHON, "-W", "ignore", "umapi.py", variant(emulator, case), f"{host}:{emulator.port}"],
        CLOCK_BACK="172800" if case == "expired" else "0",
        REQUESTS_CA_BUNDLE=emulator.ca,
        **environment,
    )


def assertion_environment(case):
    changes = {"wrong-audience": {"ASSERTION_HOST": f"https://{ELSEWHERE}"}, "expired": {"ASSERTION_LIFE": "-60"}}
    return changes.get(case, {})


def jose(form):
    def run(emulator, case):
        trust = {"REQUESTS_CA_BUNDLE": emulator.ca} if emulator.ca else {}
        return client(
            [sys.executable, "jose.py", variant(emulator, case), emulator.url, form],
            **trust,
            **assertion_environment(case),
        )

    return run


def curl(form):
    def run(emulator, case):
        trust = {"CA": emulator.ca} if emulator.ca else {}
        return client(
            ["./curl.sh", variant(emulator, case), emulator.url, form], **trust, **assertion_environment(case)
        )

    return run


def rights(name, emulator):
    """Checks AEM without a token, and before and after the technical account has rights."""
    url = emulator.aem + "/content/dam.json"
    status, _ = fetch(url, emulator.ca)
    report(f"{name} AEM answers 401 without a token", status != 401 and f"status {status}")
    _, token, _ = curl("urlencoded")(emulator, "good")
    status, _ = fetch(url, emulator.ca, token[:-8] + "AAAAAAAA")
    report(f"{name} AEM answers 401 to a broken signature", status != 401 and f"status {status}")
    status, _ = fetch(url, emulator.ca, token)
    report(f"{name} AEM lets a new account read", status != 200 and f"status {status}")
    forms = emulator.aem + "/adobe/forms/doc/v1/generatePDFOutput"
    status, _ = fetch(forms, emulator.ca, token, form={"a": "b"})
    report(f"{name} AEM Forms refuses an account without rights", status != 403 and f"status {status}")
    status, body = fetch(
        emulator.url + "/_emu/aem/rights",
        emulator.ca,
        form={"technical_account_id": emulator.ready["technical_account_id"]},
    )
    report(f"{name} the account gets rights", status >= 300 and f"status {status}: {body}")
    status, _ = fetch(forms, emulator.ca, token, form={"a": "b"})
    report(f"{name} AEM Forms lets the account in", status != 415 and f"status {status}")


def configured(url, arguments, **environment):
    """Checks that curl reads the configuration that `ims token -o curl` writes."""
    code, config, stderr = client([IMS, "token", "-o", "curl", *arguments], **environment)
    if code:
        return f"exit {code}: {stderr}"
    trust = ["--cacert", environment["IMS_CA_FILE"]] if "IMS_CA_FILE" in environment else []
    done = subprocess.run(
        ["curl", "-sS", "-K", "-", "-o", os.devnull, "-w", "%{http_code}", *trust, url],
        env=CLEAN, input=config, capture_output=True, text=True, timeout=60,
    )
    return done.stdout + done.stderr


def curl_configuration(emulator):
    url = emulator.aem + "/content/dam.json"
    status = configured(url, ["-c", emulator.documents, "--url", emulator.url], IMS_CA_FILE=emulator.ca)
    report("curl -K with ims token -o curl opens AEM", status != "200" and status)

    seen = []

    class Echo(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers["Authorization"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    token = "a\"b\\c\\\"\\n#'d"
    with http.server.HTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status = configured(f"http://127.0.0.1:{server.server_port}/", [], IMS_ACCESS_TOKEN=token)
        server.shutdown()
    report(
        "curl -K reads quotes and backslashes back",
        status != "204" and status,
        seen != ["Bearer " + token] and f"{seen!r}",
    )


def main():
    plain = Emulator("plain")
    tls = Emulator("tls", "--tls", "--metascopes", "ent_aem_cloud_api,ent_user_sdk")
    aem_only = Emulator("aem-only", "--tls")
    all_cases = tuple(REFUSALS)
    documents_only = tuple(c for c in all_cases if c != "wrong-audience")
    with plain, tls, aem_only:
        rights("http", plain)
        rights("https", tls)
        curl_configuration(tls)

        rows = [
            ("jwt-auth over http", jwt_auth, plain, all_cases),
            ("jwt-auth over https", jwt_auth, tls, documents_only),
            ("aio-lib-ims", aio_lib_ims, tls, all_cases),
            ("umapi-client", umapi, tls, tuple(c for c in all_cases if c != "unbound-metascope")),
            ("PyJWT urlencoded", jose("urlencoded"), tls, all_cases),
            ("PyJWT multipart", jose("multipart"), tls, ("foreign-key", "wrong-secret")),
            ("PyJWT query", jose("query"), plain, ("foreign-key", "wrong-secret")),
            ("curl urlencoded", curl("urlencoded"), plain, all_cases),
            ("curl multipart", curl("multipart"), tls, ("foreign-key", "wrong-secret")),
        ]
        for name, run, emulator, cases in rows:
            opens_aem(name, run, emulator)
            for case in cases:
                refused(name, run, emulator, case, REFUSALS[case])

        # The metascope of the client is built in. So this emulator's account has only AEM's metascope.
        refused("umapi-client", umapi, aem_only, "unbound-metascope", REFUSALS["unbound-metascope"])
    for emulator in (plain, tls, aem_only):
        name = os.path.basename(emulator.documents).removesuffix(".json")
        report(f"emulator {name} ends with SIGTERM", emulator.code != 0 and f"exit {emulator.code}")
    finish()


main()
