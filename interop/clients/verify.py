"""Checks the signatures of this project with PyJWT: the emulator's access token and the tool's assertion.

Compares `ims inspect` with PyJWT on both."""

import json
import os
import subprocess
import sys
import time

import jwt
import requests
from cryptography import x509

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, IMS, Emulator, finish, report, work


def tool(*arguments, stdin=None):
    done = subprocess.run([IMS, *arguments], env=CLEAN, input=stdin, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def problem(what, call):
    try:
        call()
    except Exception as error:
        return f"{what}: {type(error).__name__}: {error}"


def differs(what, got, expected):
    return got != expected and f"{what} is {got!r}, not {expected!r}"


def inspected(name, token, expiry):
    """Checks that `ims inspect -o json` prints what PyJWT decodes."""
    code, stdout, stderr = tool("inspect", "-o", "json", "-", stdin=token)
    if code:
        return report(name, f"exit {code}: {stderr}")
    seen = json.loads(stdout)
    report(
        name,
        differs("header", seen["header"], jwt.get_unverified_header(token)),
        differs("claims", seen["claims"], jwt.decode(token, options={"verify_signature": False})),
        differs("expires_at_unix", seen["expires_at_unix"], expiry),
        stderr and f"stderr {stderr!r}",
    )


def access_token(emulator):
    code, stdout, stderr = tool("token", "-c", emulator.documents, "--url", emulator.url)
    report("the tool gets a token from the emulator", code and f"exit {code}: {stderr}")
    token = stdout.strip()
    header = jwt.get_unverified_header(token)

    keys = requests.get(emulator.url + "/ims/keys", timeout=10).json()
    key = next((k for k in jwt.PyJWKSet.from_dict(keys).keys if k.key_id == header["kid"]), None)
    report("/ims/keys has the kid of the token", key is None and f"{header['kid']} not in {keys}")
    claims = jwt.decode(token, key.key, algorithms=["RS256"])

    pem = requests.get(f"{emulator.url}/keys/prod/{header['x5u']}", timeout=10).content
    report("the x5u file is PEM", not pem.startswith(b"-----BEGIN") and repr(pem[:40]))
    certificate = x509.load_pem_x509_certificate(pem)
    report(
        "the access token verifies with /ims/keys and with the x5u certificate",
        problem("x5u", lambda: jwt.decode(token, certificate.public_key(), algorithms=["RS256"])),
        differs("n", certificate.public_key().public_numbers(), key.key.public_numbers()),
    )

    head, body, signature = token.split(".")
    forged = ".".join([head, body[:-4] + "AAAA", signature])
    report(
        "a changed access token does not verify",
        problem("forged", lambda: jwt.decode(forged, key.key, algorithms=["RS256"])) is None and "it verifies",
    )

    account = emulator.document["integration"]
    report(
        "the access token has the claims of an IMS token",
        differs("alg", header["alg"], "RS256"),
        differs("type", claims.get("type"), "access_token"),
        differs("client_id", claims.get("client_id"), account["technicalAccount"]["clientId"]),
        differs("user_id", claims.get("user_id"), account["id"]),
        *(not (isinstance(claims.get(n), str) and claims[n].isdecimal()) and f"{n} is {claims.get(n)!r}"
          for n in ("created_at", "expires_in")),
        *(n in claims and f"has {n}" for n in ("exp", "iat", "iss")),
        abs(int(claims["created_at"]) / 1000 - time.time()) > 60 and f"created_at {claims['created_at']}",
    )
    expiry = (int(claims["created_at"]) + int(claims["expires_in"])) // 1000
    inspected("ims inspect agrees with PyJWT on the access token", token, expiry)

    second = tool("token", "-c", emulator.documents, "--url", emulator.url)[1].strip()
    report("each exchange returns a new token", second == token and "the same token twice")


def assertion():
    """Checks the assertion that the stand-in captured against the certificate in the document."""
    with open(work("captured.json")) as file:
        captured = json.load(file)
    integration = captured["document"]["integration"]
    certificate = x509.load_pem_x509_certificate(integration["publicKey"].encode())
    environment = captured["environment"]
    audience = f"{environment}/c/{integration['technicalAccount']['clientId']}"
    token = captured["assertion"]
    report(
        "the tool's assertion verifies with the certificate of the document",
        problem(
            "PyJWT",
            lambda: jwt.decode(
                token,
                certificate.public_key(),
                algorithms=["RS256"],
                audience=audience,
                issuer=integration["org"],
                options={"require": ["exp", "iss", "sub", "aud"]},
            ),
        ),
    )
    claims = jwt.decode(token, options={"verify_signature": False})
    metascopes = {f"{environment}/s/{m}" for m in integration["metascopes"].split(",")}
    report(
        "the claims of the tool's assertion match the document",
        differs("header", jwt.get_unverified_header(token), {"alg": "RS256", "typ": "JWT"}),
        differs("sub", claims["sub"], integration["id"]),
        differs("metascopes", {n for n, v in claims.items() if v is True}, metascopes),
    )
    inspected("ims inspect agrees with PyJWT on the assertion", token, claims["exp"])


with Emulator("verify") as emulator:
    access_token(emulator)
assertion()
finish()
