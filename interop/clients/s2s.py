"""Checks OAuth server-to-server: every client against the emulator, a token that opens AEM, each refusal."""

import copy
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import WORK, Emulator, fetch, finish, report, save_json
from customers import client, opens_aem, refused

UMAPI_PYTHON = os.environ["UMAPI_PYTHON"]
AEPP_PYTHON = os.environ["AEPP_PYTHON"]
RUST_CLIENT = os.environ["RUST_CLIENT"]
HOST = "ims-na1.adobelogin.com"

# The text of IMS where it is known, or the text that clients look for. For the organization: the emulator's text.
REFUSALS = {
    "wrong-secret": ("invalid_client", "invalid client_secret parameter"),
    "unknown-client": ("invalid_client", "invalid client_id parameter"),
    "scope-not-granted": ("invalid_scope", "Invalid scope value"),
    "other-organization": ("invalid_request", "org_id"),
    "service-account": ("unauthorized_client", "client_credentials"),
}
# Some clients do not send the organization.
COMMON = tuple(case for case in REFUSALS if case != "other-organization")


def variant(emulator, case):
    """Returns the path of the emulator's document with one wrong value."""
    document = copy.deepcopy(emulator.oauth_document)
    if case == "wrong-secret":
        document["CLIENT_SECRETS"][0] += "x"
    elif case == "unknown-client":
        document["CLIENT_ID"] += "9"
    elif case == "scope-not-granted":
        document["SCOPES"].append("user_management_sdk")
    elif case == "other-organization":
        document["ORG_ID"] = "0123456789ABCDEF01234567@AdobeOrg"
    elif case == "service-account":
        account = emulator.document["integration"]["technicalAccount"]
        document |= {"CLIENT_ID": account["clientId"], "CLIENT_SECRETS": [account["clientSecret"]]}
    return save_json(f"oauth-{emulator.port}-{case}.json", document)


def curl(form):
    def run(emulator, case):
        trust = {"CA": emulator.ca} if emulator.ca else {}
        return client(["./curl-s2s.sh", variant(emulator, case), emulator.url, form], **trust)

    return run


def umapi(emulator, case):
    return client(
        [UMAPI_PYTHON, "-W", "ignore", "umapi-s2s.py", variant(emulator, case), f"127.0.0.1:{emulator.port}"],
        REQUESTS_CA_BUNDLE=emulator.ca,
    )


def aepp(emulator, case):
    # aepp checks no certificate, and warns about it unless warnings are off.
    return client([AEPP_PYTHON, "-W", "ignore", "aepp-token.py", variant(emulator, case), str(emulator.port), "scopes"])


def aio(script):
    def run(emulator, case):
        return client(
            ["node", "--require", "./hosts.js", script, variant(emulator, case)],
            IMS_HOSTS=HOST,
            IMS_PORT=str(emulator.port),
            NODE_EXTRA_CA_CERTS=emulator.ca,
            # The library stores the token in its configuration. Each call starts without a token.
            XDG_CONFIG_HOME=os.path.join(WORK, "aio-s2s", case),
        )

    return run


def openid_client(how):
    def run(emulator, case):
        trust = {"NODE_EXTRA_CA_CERTS": emulator.ca} if emulator.ca else {}
        return client(
            ["node", "--require", "./hosts.js", "openid-client.mjs", variant(emulator, case), emulator.url, how],
            **trust,
        )

    return run


def oauth2(how):
    def run(emulator, case):
        with open(variant(emulator, case)) as file:
            document = json.load(file)
        credentials = (document["CLIENT_ID"], document["CLIENT_SECRETS"][0], ",".join(document["SCOPES"]))
        return client([RUST_CLIENT, "client-credentials", how, *credentials, emulator.url])

    return run


def rights(name, emulator):
    """Checks AEM before and after the client is on the allow list."""
    _, token, _ = curl("urlencoded")(emulator, "good")
    status, body = fetch(emulator.aem + "/content/dam.json", emulator.ca, token)
    report(
        f"s2s: {name} AEM refuses a client that is not listed",
        status != 403 and f"status {status}",
        "not allowlisted" not in body and body,
    )
    status, body = fetch(
        f"{emulator.url}/_emu/aem/allow_list/{emulator.oauth_document['CLIENT_ID']}",
        emulator.ca,
        put={"tiers": ["author"]},
    )
    report(f"s2s: {name} the client is listed", status >= 300 and f"status {status}: {body}")


def main():
    plain = Emulator("s2s-plain")
    tls = Emulator("s2s-tls", "--tls")
    with plain, tls:
        rights("http", plain)
        rights("https", tls)
        few = ("wrong-secret", "scope-not-granted")
        rows = [
            ("curl urlencoded", curl("urlencoded"), plain, COMMON),
            ("curl multipart", curl("multipart"), tls, few),
            ("curl basic", curl("basic"), plain, COMMON),
            ("curl query", curl("query"), tls, few),
            ("aio-lib-ims", aio("aio-lib-ims-s2s.js"), tls, tuple(REFUSALS)),
            ("aio-lib-core-auth", aio("aio-lib-core-auth.js"), tls, tuple(REFUSALS)),
            ("aepp", aepp, tls, COMMON),
            ("oauth2 of Rust", oauth2("post"), plain, COMMON),
            ("oauth2 of Rust basic", oauth2("basic"), plain, COMMON),
            ("openid-client over http", openid_client("post"), plain, COMMON),
            ("openid-client basic over https", openid_client("basic"), tls, COMMON),
        ]
        for name, run, emulator, cases in rows:
            opens_aem(f"s2s: {name}", run, emulator)
            for case in cases:
                refused(f"s2s: {name}", run, emulator, case, REFUSALS[case])

    # The scopes of the client are built in.
    users = Emulator("s2s-users", "--tls", "--scopes", "openid,AdobeID,user_management_sdk")
    with users:
        rights("with its scopes", users)
        opens_aem("s2s: umapi-client", umapi, users)
        for case in COMMON:
            if case != "scope-not-granted":
                refused("s2s: umapi-client", umapi, users, case, REFUSALS[case])
    # The client of the other emulator lacks one of them, independent of the document.
    with Emulator("s2s-fewer", "--tls") as fewer:
        refused("s2s: umapi-client", umapi, fewer, "scope-not-granted", REFUSALS["scope-not-granted"])
    for name, emulator in (("plain", plain), ("tls", tls)):
        report(f"s2s: emulator {name} ends with SIGTERM", emulator.code != 0 and f"exit {emulator.code}")
    finish()


main()
