"""umapi.py DOCUMENT HOST:PORT - the token on stdout, or the message on stderr."""

import json
import os
import socket
import sys
import time

from umapi_client import JWTAuth

document, host = sys.argv[1:]
with open(document) as file:
    integration = json.load(file)["integration"]

# Sets the clock back.
behind = int(os.environ.get("CLOCK_BACK", 0))
now = time.time
time.time = lambda: now() - behind

# Resolves the name of the test to this machine.
resolve = socket.getaddrinfo
alias = os.environ.get("HOST_ALIAS")
socket.getaddrinfo = lambda name, *rest, **more: resolve(
    "127.0.0.1" if name == alias else name, *rest, **more
)

auth = JWTAuth(
    org_id=integration["org"],
    client_id=integration["technicalAccount"]["clientId"],
    client_secret=integration["technicalAccount"]["clientSecret"],
    tech_acct_id=integration["id"],
    priv_key_data=integration["privateKey"],
    auth_host=host,
    ssl_verify=alias is None,
)
try:
    auth.refresh_token()
except RuntimeError as error:
    sys.exit(str(error))
print(auth.token)
