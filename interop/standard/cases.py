"""`ims` against an independent authorization server that knows nothing of IMS: the standard grants.

The server is oidc-provider, certified for OpenID Connect, with its own pages to sign in, at the paths of IMS. It
takes one scope at a time where this tool puts commas between several, as IMS wants them."""

import glob
import http.cookiejar
import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, IMS, Form, fetch, finish, report, save, save_json, work

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT_ID, SECRET, PUBLIC = "client!+ID", "SECRET?%&=+:~", "public!+ID"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Server:
    def __enter__(self):
        command = ["node", "server.mjs", str(free_port())]
        self.process = subprocess.Popen(command, cwd=HERE, env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def ims(*arguments, **environment):
    done = subprocess.run([IMS, *arguments], env=CLEAN | environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def walk_through(url, who):
    """Fills in every form, as a person with a browser does, until the browser returns to the client."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    answer = opener.open(url, timeout=20)
    for _ in range(5):
        page = answer.read().decode()
        form = Form(page)
        if form.action is None:
            return page
        fields = form.fields | {"login": who, "password": "any"}
        wanted = {"login", "password", "prompt"} & (set(form.fields) | {"prompt"})
        data = urllib.parse.urlencode({name: fields[name] for name in wanted if name in fields}).encode()
        answer = opener.open(urllib.parse.urljoin(answer.url, form.action), data, timeout=20)
    return page


def client_credentials(server):
    document = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRETS": ["wrong", SECRET], "ORG_ID": "A@AdobeOrg", "SCOPES": ["read"]}
    path = save_json("standard.json", document)
    code, _, stderr = ims("token", "-c", path, "--url", server.url)
    report(
        "standard server: a wrong secret",
        code != 4 and f"exit {code}",
        # The refusal does not use IMS's text, so the tool does not send the other secret.
        "[client-invalid]" not in stderr and stderr,
    )
    path = save_json("standard.json", document | {"CLIENT_SECRETS": [SECRET]})
    code, stdout, stderr = ims("token", "-c", path, "--url", server.url, "-o", "json")
    said = json.loads(stdout or "{}")
    report(
        "standard server: client_credentials, a token for an hour",
        code != 0 and f"exit {code}: {stderr}",
        not 3590 <= said.get("expires_in", 0) <= 3599 and f"expires_in {said.get('expires_in')}",
    )


def person(server):
    home = work("standard-home")
    os.makedirs(home)
    # These cases use the cache and the configuration, in a home of their own.
    mine = {"HOME": home, "IMS_CACHE": "", "XDG_CONFIG_HOME": os.path.join(home, ".config")}
    port = free_port()
    login = [IMS, "login", "me", "--client-id", PUBLIC, "--scope", "openid,offline_access", "--url", server.url, "--no-browser"]
    process = subprocess.Popen(
        [*login, "--redirect-uri", f"http://127.0.0.1:{port}/"], env=CLEAN | mine, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    url = next((line.strip() for line in process.stderr if line.startswith(server.url)), "")
    page = walk_through(url, "jane")
    stdout, stderr = process.communicate(timeout=60)
    report(
        "standard server: a person signs in with PKCE",
        process.returncode != 0 and f"exit {process.returncode}: {stderr}",
        stdout and f"stdout {stdout!r}",
        "signed in" not in page.lower() and page[:200],
        "jane" not in stderr and stderr,
    )
    tokens = []
    for more in ((), ("--force",), ("--force",)):
        code, token, stderr = ims("token", "-p", "me", *more, **mine)
        status, body = fetch(server.url + "/ims/userinfo/v2", None, token.strip())
        good = status == 200 and json.loads(body)["sub"] == "jane"
        tokens.append(token)
        report(
            f"standard server: token {len(tokens)} of the session",
            code != 0 and f"exit {code}: {stderr}",
            not good and f"userinfo {status} {body[:100]}",
        )
    report("standard server: each refresh returns another token", len(set(tokens)) != 3 and "the same twice")
    ended = ims("logout", "me", "--local", **mine)[0]
    report(
        "standard server: the person signs out on this machine",
        ended != 0 and f"exit {ended}",
        ims("token", "-p", "me", **mine)[0] != 9 and "a token without a session",
        glob.glob(home + "/.local/state/ims/sessions/*session") and "the session is still there",
    )


def verification(server):
    """Checks that `ims inspect --verify` refuses a token that no key of the server signed."""
    stranger = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9.eyJpc3MiOiJ4IiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2ln"
    code, stdout, _ = ims("inspect", save("stranger.jwt", stranger), "--verify", "--url", server.url)
    report("standard server: a token with an unknown key does not verify", code != 7 and f"exit {code}: {stdout[:300]}")


def main():
    with Server() as server:
        client_credentials(server)
        person(server)
        verification(server)
    finish()


main()
