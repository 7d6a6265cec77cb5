"""aepp-token.py DOCUMENT PORT scopes|code - the token on stdout, or what aepp prints on stderr.

Its host is built in: that name leads to this port of this machine, and no other name leads anywhere.
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
# With a code it would look the sandbox up at the platform.
aepp.config.header["x-sandbox-id"] = "none"
said = io.StringIO()
try:
    with contextlib.redirect_stdout(said):
        request = connector.AdobeRequest()
except KeyError as missing:
    # After a refusal it reads expires_in all the same.
    assert missing.args == ("expires_in",), missing
    sys.exit(said.getvalue())
print(request.token)
