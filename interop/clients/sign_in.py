"""Checks the sign-in of a person at the emulator with unmodified standard clients.

Covers discovery, PKCE, verification of the id_token, userinfo, rotation of refresh tokens, revocation."""

import json
import os
import subprocess
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, Emulator, Form, fetch, finish, report, save_json
from customers import HERE, client

AEPP_PYTHON = os.environ["AEPP_PYTHON"]
RUST_CLIENT = os.environ["RUST_CLIENT"]
REDIRECT_URI = "http://localhost:8888/"


def curl(emulator, url, *arguments):
    trust = ["--cacert", emulator.ca] if emulator.ca else []
    done = subprocess.run(["curl", "-sS", *trust, *arguments, url], env=CLEAN, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sign_in(emulator, url, email, button="sign_in"):
    """Signs a person in with curl. Returns the URL to which the emulator redirects the browser."""
    form = Form(curl(emulator, url))
    fields = form.fields | {"email": email, "action": button}
    data = [part for name, value in fields.items() for part in ("--data-urlencode", f"{name}={value}")]
    return curl(emulator, emulator.url + form.action, *data, "-o", os.devnull, "-w", "%{redirect_url}")


def register(emulator, public):
    """Registers a client for this run."""
    about = {"client_name": "interop", "redirect_uris": [REDIRECT_URI], "scope": "openid offline_access AdobeID email"}
    if public:
        about["token_endpoint_auth_method"] = "none"
    answer = json.loads(
        curl(emulator, emulator.url + "/ims/register", "-H", "content-type: application/json", "-d", json.dumps(about))
    )
    return answer["client_id"], answer.get("client_secret", "-")


def conversation(command, emulator, email):
    """Runs a client, passes it the URL of the redirect, and returns its output."""
    trust = {"NODE_EXTRA_CA_CERTS": emulator.ca, "SSL_CERT_FILE": emulator.ca} if emulator.ca else {}
    process = subprocess.Popen(
        command, env=CLEAN | trust, cwd=HERE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    url = process.stdout.readline().strip()
    if not url:
        return process.communicate(timeout=30)
    return process.communicate(sign_in(emulator, url, email) + "\n", timeout=60)


def check(name, command, emulator):
    for public in (False, True):
        kind = "public" if public else "confidential"
        id, secret = register(emulator, public)
        email = emulator.ready["sign_in"]["email"]
        stdout, stderr = conversation([*command, id, secret, REDIRECT_URI, emulator.url], emulator, email)
        lines = dict(line.split(" ", 1) for line in stdout.splitlines() if " " in line)
        token = lines.get("token", "")
        status = fetch(emulator.url + "/ims/profile/v1", emulator.ca, token)[0] if token else None
        report(
            f"sign-in: {name}, {kind} client",
            not lines.get("subject", "").endswith("@AdobeID") and f"no subject in {stdout[:200]!r} {stderr[:300]!r}",
            lines.get("email") != email and f"email {lines.get('email')!r}",
            "spent" not in lines and "a refresh token was good twice",
            # A refresh token that is used twice may be stolen. So this emulator ends all tokens of the sign-in.
            status != 401 and f"after that the token opens a profile: {status}",
        )


def control(emulator, what, about):
    answer = curl(emulator, f"{emulator.url}/_emu/{what}", "-H", "content-type: application/json", "-d", json.dumps(about))
    return json.loads(answer)


def aio_life(emulator):
    """Checks code, refresh token, validation and cascading invalidation with aio-lib-ims."""
    email = emulator.ready["sign_in"]["email"]
    scopes = ["openid", "AdobeID", "email", "read_organizations"]
    owner = control(emulator, "clients", {"scopes": scopes, "grants": ["authorization_code", "refresh_token"], "redirect_uri": REDIRECT_URI})
    signed_in = {"client_id": owner["client_id"], "email": email, "scopes": scopes}
    code, other = (control(emulator, "sign_ins", signed_in)["code"] for _ in range(2))
    document = {"CLIENT_ID": owner["client_id"], "CLIENT_SECRETS": [owner["client_secret"]], "CODE": code, "OTHER_CODE": other}
    ended, stdout, stderr = client(
        ["node", "--require", "./hosts.js", "aio-lib-ims-life.js", save_json("aio-life.json", document)],
        IMS_HOSTS="ims-na1.adobelogin.com",
        IMS_PORT=str(emulator.port),
        NODE_EXTRA_CA_CERTS=emulator.ca,
    )
    said = json.loads(stdout) if ended == 0 else {}
    expected = {"access": 24, "refresh": 336, "valid": True, "email": email, "organizations": 1, "rotated": True, "invalidated": ""}
    report(
        "sign-in: aio-lib-ims, all operations on one sign-in",
        ended and f"exit {ended}: {stderr[:300]}",
        *(said.get(name) != value and f"{name}: {said.get(name)!r}" for name, value in expected.items()),
        "access_denied" not in said.get("again", "") and f"a code twice: {said.get('again')}",
        said.get("cascaded", {}).get("valid") is not False and f"cascaded: {said.get('cascaded')}",
        "400" not in said.get("over", "") and f"an invalidated refresh token: {said.get('over')}",
    )


def aepp_service(emulator):
    """Checks a permanent code at /ims/token/v1 with aepp."""
    owner = control(emulator, "clients", {"grants": ["authorization_code"]})
    code = control(emulator, "service_codes", {"client_id": owner["client_id"]})["code"]
    document = {"ORG_ID": owner["organization"], "CLIENT_ID": owner["client_id"], "CLIENT_SECRETS": [owner["client_secret"]], "CODE": code}
    command = [AEPP_PYTHON, "-W", "ignore", "aepp-token.py"]
    good = client([*command, save_json("aepp-code.json", document), str(emulator.port), "code"])
    bad = client([*command, save_json("aepp-code.json", document | {"CODE": code[:-2]}), str(emulator.port), "code"])
    report(
        "sign-in: aepp, a service with a permanent code",
        good[1].count(".") != 2 and f"no token: {good}",
        "access_denied" not in bad[2] and f"another code: {bad}",
    )


def main():
    strict = ("--setting", "refresh_token_reuse=end_session")
    plain, tls = Emulator("sign-in-plain", *strict), Emulator("sign-in-tls", "--tls", *strict)
    with plain, tls:
        check("openid-client over http", ["node", "--require", "./hosts.js", "openid-client-sign-in.mjs"], plain)
        check("openid-client over https", ["node", "--require", "./hosts.js", "openid-client-sign-in.mjs"], tls)
        check("openidconnect of Rust", [RUST_CLIENT, "sign-in"], plain)
        aio_life(tls)
        aepp_service(tls)
        redirected = sign_in(plain, authorize(plain, register(plain, True)[0]), plain.ready["sign_in"]["email"], "cancel")
        report("sign-in: curl, the person cancels", "error=access_denied" not in redirected and redirected)
    finish()


def authorize(emulator, id):
    query = {"client_id": id, "redirect_uri": REDIRECT_URI, "scope": "openid", "response_type": "code", "state": "s"}
    query |= {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    return f"{emulator.url}/ims/authorize/v2?{urllib.parse.urlencode(query)}"


main()
