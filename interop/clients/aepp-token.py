"""aepp-token.py DOCUMENT PORT scopes|code - the token on stdout, or what aepp prints on stderr.

The host of aepp is built in. This script resolves it to PORT of this machine and refuses every other name.
"""

import contextlib
import io
import json
import socket
import sys

path, port, how = sys.argv[1:]
with open(path) as file:
    document = json.load(file)

HOST = "ims-na1.adobelogin.com"
resolve = socket.getaddrinfo


def here(name, *rest, **more):
    if name not in (HOST, "127.0.0.1"):
        raise OSError(f"not connecting to {name}")
    return resolve("127.0.0.1", port, *rest[1:], **more)


socket.getaddrinfo = here

import aepp  # noqa: E402
from aepp import connector  # noqa: E402

aepp.configure(
    org_id=document["ORG_ID"],
    client_id=document["CLIENT_ID"],
    secret=document["CLIENT_SECRETS"][0],
    scopes=",".join(document["SCOPES"]) if how == "scopes" else None,
    auth_code=document["CODE"] if how == "code" else None,
)
# With a code, aepp would ask the platform for the sandbox.
aepp.config.header["x-sandbox-id"] = "none"
said = io.StringIO()
try:
    with contextlib.redirect_stdout(said):
        request = connector.AdobeRequest()
except KeyError as missing:
    # aepp reads expires_in even after a refusal.
    assert missing.args == ("expires_in",), missing
    sys.exit(said.getvalue())
print(request.token)
