"""A small client of AEM: it signs a JWT, exchanges it for an access token, and reads assets."""

import base64
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ATTEMPTS = 3
RENEW_BEFORE = 5 * 60


class RequestFailed(Exception):
    def __init__(self, url, status, body):
        super().__init__(f"{url} answered {status}: {body}")
        self.status = status


class AemClient:
    """`credentials` is the document of AEM's Developer Console."""

    def __init__(self, credentials, aem, ims=None, wait=time.sleep, now=time.time):
        self._integration = credentials["integration"]
        self._aem = aem
        self._ims = ims or f"https://{self._integration['imsEndpoint']}"
        self._wait = wait
        self._now = now
        self._lock = threading.Lock()
        self._token = None
        self._renew_at = 0

    def assets(self):
        """Returns the folder of all assets."""
        url = f"{self._aem}/api/assets.json"
        token = self._access_token()
        try:
            return _send(url, token=token)
        except RequestFailed as failure:
            if failure.status != 401:
                raise
            return _send(url, token=self._access_token(rejected=token))

    def _access_token(self, rejected=None):
        with self._lock:
            if self._token in (None, rejected) or self._now() >= self._renew_at:
                answer = self._exchange()
                self._token = answer["access_token"]
                # The exchange of a JWT answers in milliseconds.
                self._renew_at = self._now() + answer["expires_in"] / 1000 - RENEW_BEFORE
            return self._token

    def _exchange(self):
        account = self._integration["technicalAccount"]
        for attempt in range(1, ATTEMPTS + 1):
            form = {
                "client_id": account["clientId"],
                "client_secret": account["clientSecret"],
                "jwt_token": self._assertion(),
            }
            try:
                return _send(f"{self._ims}/ims/exchange/jwt", form=form)
            except RequestFailed as failure:
                if failure.status < 500 or attempt == ATTEMPTS:
                    raise
            self._wait(attempt)

    def _assertion(self):
        integration = self._integration
        ims = f"https://{integration['imsEndpoint']}"
        claims = {
            "iss": integration["org"],
            "sub": integration["id"],
            "aud": f"{ims}/c/{integration['technicalAccount']['clientId']}",
            "exp": int(self._now()) + 300,
        }
        claims |= {f"{ims}/s/{name}": True for name in integration["metascopes"].split(",")}
        signed = b".".join(
            _base64(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims)
        )
        key = load_pem_private_key(integration["privateKey"].encode(), password=None)
        signature = _base64(key.sign(signed, PKCS1v15(), SHA256()))
        return (signed + b"." + signature).decode()


def _base64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _send(url, form=None, token=None):
    data = None if form is None else urllib.parse.urlencode(form).encode()
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise RequestFailed(url, error.code, error.read().decode(errors="replace")) from error
