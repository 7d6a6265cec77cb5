"""Checks every call of the unmodified @adobe/spacecat-shared-ims-client at the emulator.

Covers permanent codes, OAuth server-to-server, organizations, admin endpoints, account clusters, promises."""

import json
import os
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, Emulator, finish, report
from customers import HERE

SCOPES = ["openid", "AdobeID", "read_organizations", "account_cluster.read", "additional_info.roles"]
CALLS = [
    "getServiceAccessToken",
    "getServiceAccessTokenV3",
    "getImsOrganizationDetails",
    "getImsUserProfile",
    "getImsUserOrganizations",
    "validateAccessToken",
    "getImsAdminProfile",
    "getImsAdminOrganizations",
    "getAccountCluster",
    "getPromiseToken",
    "exchangeToken",
    "invalidatePromiseToken",
]


def post(emulator, path, content_type, body):
    request = urllib.request.Request(emulator.url + path, body.encode(), {"content-type": content_type})
    trust = ssl.create_default_context(cafile=emulator.ca)
    with urllib.request.urlopen(request, timeout=30, context=trust) as answer:
        return json.load(answer)


def control(emulator, what, about):
    return post(emulator, f"/_emu/{what}", "application/json", json.dumps(about))


def register(emulator, id, *grants):
    about = {"client_id": id, "grants": grants, "scopes": SCOPES, "redirect_uri": "http://localhost:8888/"}
    return control(emulator, "clients", about)


def user_token(emulator, page, email):
    """Signs a person in to a page that is another client, and returns the access token."""
    code = control(emulator, "sign_ins", {"client_id": page["client_id"], "email": email})["code"]
    fields = {"grant_type": "authorization_code", "code": code}
    fields |= {"client_id": page["client_id"], "client_secret": page["client_secret"]}
    form = "application/x-www-form-urlencoded"
    return post(emulator, "/ims/token/v3", form, urllib.parse.urlencode(fields))["access_token"]


def environment(emulator):
    service = register(emulator, "service", "authorization_code", "client_credentials")
    page = register(emulator, "page", "authorization_code")
    emitter = register(emulator, "emitter", "promise")
    consumer = register(emulator, "consumer", "promise_exchange")
    email = "spacecat@example.com"
    organization = service["organization"]
    person = control(emulator, "people", {"email": email, "organization": organization})
    return {
        "IMS_HOST": f"127.0.0.1:{emulator.port}",
        "IMS_CLIENT_ID": service["client_id"],
        "IMS_CLIENT_CODE": control(emulator, "service_codes", {"client_id": "service"})["code"],
        "IMS_CLIENT_SECRET": service["client_secret"],
        "IMS_SCOPE": "openid,AdobeID",
        "IMS_PROMISE_EMITTER_CLIENT_ID": emitter["client_id"],
        "IMS_PROMISE_EMITTER_CLIENT_SECRET": emitter["client_secret"],
        "IMS_PROMISE_EMITTER_DEFINITION_ID": "definition",
        "IMS_PROMISE_CONSUMER_CLIENT_ID": consumer["client_id"],
        "IMS_PROMISE_CONSUMER_CLIENT_SECRET": consumer["client_secret"],
        "USER_TOKEN": user_token(emulator, page, email),
        "USER_ID": person["user_id"],
        "ORGANIZATION": organization,
        "NODE_EXTRA_CA_CERTS": emulator.ca,
    }


def main():
    with Emulator("spacecat", "--tls") as emulator:
        done = subprocess.run(
            ["node", "spacecat.mjs"],
            env=CLEAN | environment(emulator),
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=120,
        )
    results = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    for name in CALLS:
        result = results.get(name, done.stderr[-300:])
        report(f"spacecat-shared-ims-client: {name}", result is not True and f"{result!r}")


main()
finish()
