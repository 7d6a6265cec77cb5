"""A strict IMS. It accepts only `POST /ims/exchange/jwt` and `POST /ims/token/v3` in the form that the tool promises.

It is narrower than IMS on purpose. IMS takes forms that only some clients send;
here everything that this tool has no reason to send is an error.
"""

import json
import re
import secrets
import ssl
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

EXCHANGE = "/ims/exchange/jwt"
TOKEN = "/ims/token/v3"
FIELDS = {
    EXCHANGE: ["client_id", "client_secret", "jwt_token"],
    TOKEN: ["client_id", "client_secret", "grant_type", "scope"],
}
DAY = 86400
JSON = "application/json;charset=UTF-8"
TOKEN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Refused(Exception):
    """A refusal of IMS."""

    def __init__(self, error, description, status=400):
        super().__init__(f"{error}: {description}")
        self.status = status
        self.body = {"error_description": description, "error": error}


class NotTheContract(Exception):
    """A request that this tool must not send. IMS may accept it or not."""


def demand(condition, what):
    if not condition:
        raise NotTheContract(what)


def fields_of(request):
    """Checks the form of the request and returns the fields of its body."""
    demand(request.method == "POST", f"method {request.method}")
    demand(request.path in FIELDS, f"path {request.path}")
    media = request.headers.get_all("Content-Type", [])
    demand(len(media) == 1, f"content types {media}")
    demand(
        re.fullmatch(r"application/x-www-form-urlencoded(;\s*charset=utf-8)?", media[0], re.IGNORECASE),
        f"content type {media[0]}",
    )
    for name in ("Authorization", "Proxy-Authorization", "Cookie", "Transfer-Encoding", "Expect"):
        demand(name not in request.headers, f"header {name}")
    demand(len(request.headers.get_all("Host", [])) == 1, "not one Host header")
    demand(re.fullmatch(r"[A-Za-z0-9*._~%+=&-]+", request.body), "characters that should be percent-encoded")
    pairs = urllib.parse.parse_qsl(request.body, keep_blank_values=True, strict_parsing=True)
    names = sorted(name for name, _ in pairs)
    demand(names == FIELDS[request.path], f"fields {names}")
    return dict(pairs)


def exchange(fields, account, environment):
    """Checks the assertion and returns the list of granted metascopes."""
    if fields["client_id"] != account.client_id:
        raise Refused("invalid_client", "invalid client_id parameter")
    if fields["client_secret"] != account.client_secret:
        raise Refused("invalid_client", "invalid client_secret parameter")

    token = fields["jwt_token"]
    undecodable = Refused("invalid_token", "JWT token is incorrectly formatted, and can not be decoded.")
    if not re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", token):
        raise undecodable
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise undecodable from error
    demand(header == {"alg": "RS256", "typ": "JWT"}, f"JOSE header {header}")
    expiry = claims.get("exp")
    if type(expiry) is not int:
        raise undecodable
    if expiry + 30 < time.time():
        raise Refused("invalid_token", "JWT token is expired.")
    demand(time.time() < expiry <= time.time() + DAY, f"exp {expiry} is not within 24 hours, in seconds")

    demand(isinstance(claims.get("aud"), str), f"aud {claims.get('aud')!r} is not one string")
    if claims["aud"] != f"{environment}/c/{account.client_id}":
        raise Refused("invalid_client", "The audience of the JWT is another client or environment.")
    if (claims.get("iss"), claims.get("sub")) != (account.org, account.id):
        raise Refused("invalid_token", "Could not match JWT signature to any of the bindings")
    try:
        jwt.decode(token, account.key.public_key(), algorithms=["RS256"], options={"verify_aud": False})
    except jwt.InvalidSignatureError as error:
        raise Refused("invalid_token", "Could not match JWT signature to any of the bindings") from error

    rest = {name: value for name, value in claims.items() if name not in ("exp", "iss", "sub", "aud")}
    for name in ("iat", "nbf"):
        demand(type(rest.pop(name, 0)) is int, f"{name} is no integer")
    demand(isinstance(rest.pop("jti", ""), str), "jti is no string")
    prefix = environment + "/s/"
    asked = [name.removeprefix(prefix) for name, value in rest.items() if value is True and name.startswith(prefix)]
    demand(len(asked) == len(rest), f"claims {rest}")
    if not asked or not set(asked) <= set(account.metascopes):
        raise Refused("invalid_scope", "The metascopes in the JWT are not a subset of the metascopes in the binding.")
    return asked


def client_credentials(fields, client):
    """Checks a request of OAuth server-to-server and returns the list of granted scopes."""
    demand(fields["grant_type"] == "client_credentials", f"grant_type {fields['grant_type']}")
    asked = fields["scope"].split(",")
    # Users reported that lists with blanks failed at Adobe.
    demand(all(re.fullmatch(r"[A-Za-z0-9_.]+", name) for name in asked), f"scope {fields['scope']!r}")
    demand(len(set(asked)) == len(asked), f"a scope is asked for twice in {fields['scope']!r}")
    if fields["client_id"] != client.client_id:
        raise Refused("invalid_client", "invalid client_id parameter")
    if fields["client_secret"] not in client.client_secrets:
        raise Refused("invalid_client", "invalid client_secret parameter")
    if not client.may_ask:
        raise Refused("unauthorized_client", "The client may not ask for tokens of its own.")
    if not set(asked) <= set(client.scopes):
        raise Refused("invalid_scope", "Invalid scope value")
    return asked


def access_token(account, life=DAY, scopes=("openid", "AdobeID", "read_organizations")):
    claims = {
        "id": str(uuid.uuid4()),
        "type": "access_token",
        "client_id": account.client_id,
        "user_id": account.id,
        "as": "ims-na1",
        "expires_in": str(life * 1000),
        "created_at": str(int(time.time() * 1000)),
        "scope": ",".join(scopes),
    }
    return jwt.encode(claims, TOKEN_KEY, algorithm="RS256", headers={"x5u": "standin.cer", "kid": "standin"})


class Request:
    def __init__(self, handler):
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode("latin-1")
        self.fields = dict(urllib.parse.parse_qsl(self.body))
        self.refusal = None
        self.violation = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "standin"

    def serve(self):
        server = self.server
        request = Request(self)
        try:
            fields = fields_of(request)
            if request.path == TOKEN:
                client_credentials(fields, server.client)
            else:
                exchange(fields, server.account, server.environment)
        except Refused as refused:
            request.refusal = refused
        except (NotTheContract, ValueError) as violation:
            request.violation = str(violation)
        server.requests.append(request)
        try:
            server.behaviour(self, request)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_HEAD = serve

    def send(self, status, body, media=JSON, **headers):
        if isinstance(body, dict):
            body = json.dumps(body, separators=(",", ":"))
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
        for name, value in ({"X-Debug-Id": f"standin-{secrets.token_hex(6)}"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class StandIn(ThreadingHTTPServer):
    """The server. It checks and records each request, then `behaviour` answers."""

    daemon_threads = True

    def __init__(self, account, environment=None, leaf=None, client=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.account = account
        self.client = client
        self.port = self.server_address[1]
        self.url = f"{'https' if leaf else 'http'}://127.0.0.1:{self.port}"
        self.environment = environment or self.url
        self.requests = []
        self.behaviour = self.strict
        self.issued = None
        if leaf:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(leaf)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def strict(self, handler, request):
        """Answers as IMS does: with success, or with the refusal that fits the fault."""
        if request.violation:
            handler.send(400, {"error_description": request.violation, "error": "bad_request"})
        elif request.refusal:
            handler.send(request.refusal.status, request.refusal.body)
        elif request.path == TOKEN:
            handler.send(200, self.granted(request))
        else:
            handler.send(200, self.success())

    def success(self, **changes):
        self.issued = access_token(self.account)
        body = {"token_type": "bearer", "access_token": self.issued, "expires_in": 86399998} | changes
        return {name: value for name, value in body.items() if value is not ...}

    def granted(self, request, **changes):
        """Returns the success of the token endpoint, with the lifetime in seconds."""
        self.issued = access_token(self.client, scopes=request.fields["scope"].split(","))
        body = {"access_token": self.issued, "token_type": "bearer", "expires_in": 86399} | changes
        return {name: value for name, value in body.items() if value is not ...}

    def handle_error(self, *_):
        pass
