"""umapi-s2s.py DOCUMENT HOST:PORT - the token on stdout, or the message on stderr."""

import datetime
import json
import sys

from umapi_client import OAuthS2S

document, host = sys.argv[1:]
with open(document) as file:
    credentials = json.load(file)

auth = OAuthS2S(
    client_id=credentials["CLIENT_ID"],
    client_secret=credentials["CLIENT_SECRETS"][0],
    auth_host=host,
)
try:
    auth.refresh_token()
except RuntimeError as error:
    sys.exit(str(error))
left = (auth.expiry - datetime.datetime.now()).total_seconds()
assert 86_300 < left <= 86_400, left
print(auth.token)
