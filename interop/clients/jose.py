"""jose.py DOCUMENT URL FORM - PyJWT and requests; FORM is urlencoded, multipart or query.

The token on stdout, or status and body on stderr. ASSERTION_* change the assertion.
"""

import json
import os
import sys
import time

import jwt
import requests

document, url, form = sys.argv[1:]
with open(document) as file:
    integration = json.load(file)["integration"]

client = integration["technicalAccount"]
environment = os.environ.get("ASSERTION_HOST", "https://" + integration["imsEndpoint"])
claims = {
    "exp": int(time.time()) + int(os.environ.get("ASSERTION_LIFE", 300)),
    "iss": integration["org"],
    "sub": integration["id"],
    "aud": f"{environment}/c/{client['clientId']}",
}
for metascope in integration["metascopes"].split(","):
    claims[f"{environment}/s/{metascope}"] = True

fields = {
    "client_id": client["clientId"],
    "client_secret": client["clientSecret"],
    "jwt_token": jwt.encode(claims, integration["privateKey"], algorithm="RS256"),
}
how = {
    "urlencoded": {"data": fields},
    "multipart": {"files": {name: (None, value) for name, value in fields.items()}},
    "query": {"params": fields},
}[form]

answer = requests.post(url + "/ims/exchange/jwt", timeout=20, **how)
if answer.status_code != 200:
    sys.exit(f"{answer.status_code} {answer.text}")
body = answer.json()
assert body["token_type"] == "bearer", body
assert type(body["expires_in"]) is int and 86_390_000 < body["expires_in"] <= 86_400_000, body
print(body["access_token"])
