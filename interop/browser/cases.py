"""`ims login` with a real browser, against the emulator: the page, the exit of the command, the stored session."""

import glob
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, IMS, Emulator, fetch, finish, report, work

HERE = os.path.dirname(os.path.abspath(__file__))
PROXYLESS = {name: os.environ[name] for name in ("CHROMIUM",) if name in os.environ}


class Login:
    """One `ims login`, up to the address that it prints."""

    def __init__(self, emulator, name, *flags, client=None, port=0):
        self.home = work(f"login-{name}")
        os.makedirs(self.home, exist_ok=True)
        self.environment = CLEAN | {"HOME": self.home, "IMS_CA_FILE": emulator.ca}
        # These cases use the cache and the configuration, in a home of their own.
        del self.environment["IMS_CACHE"], self.environment["XDG_CONFIG_HOME"]
        scopes = "openid,AdobeID,email,offline_access"
        self.process = subprocess.Popen(
            [IMS, "login", "me", "--client-id", client or emulator.ready["sign_in"]["client_id"], "--scope", scopes, "--url", emulator.url, "--no-browser", "--port", str(port), *flags],
            env=self.environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        self.said = ""
        self.url = None
        for line in self.process.stderr:
            self.said += line
            if line.startswith(emulator.url):
                self.url = line.strip()
                break

    def end(self):
        stdout, stderr = self.process.communicate(timeout=60)
        self.said += stderr
        return self.process.returncode, stdout

    def run(self, *arguments):
        done = subprocess.run([IMS, *arguments], env=self.environment, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr


def browser(url, *does):
    """Returns the text of the last page, and the query and fragment of the address bar."""
    done = subprocess.run(
        ["node", "sign-in.mjs", *does], cwd=HERE, input=url, env=CLEAN | PROXYLESS, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout or "{}")
    return shown.get("page"), shown.get("address")


def leaks(login, *texts):
    """Yields each secret that one of the texts contains."""
    for text in texts:
        for secret in ("eyJ", "code=", "access_token"):
            if secret in text.replace(login.url or "-", ""):
                yield f"{secret} in {text[:200]!r}"


def signs_in(emulator):
    email = emulator.ready["sign_in"]["email"]
    login = Login(emulator, "good")
    page, address = browser(login.url, "sign-in", email)
    code, stdout = login.end()
    report(
        "browser: a person signs in",
        code != 0 and f"exit {code}: {login.said}",
        stdout and f"stdout {stdout!r}",
        email not in login.said and f"the email is missing: {login.said}",
        "signed in" not in page.lower() and f"the page says {page!r}",
        address and f"the address bar keeps {address[:80]!r}",
        *leaks(login, page, login.said),
    )
    ended, token, stderr = login.run("token", "-p", "me")
    status, body = fetch(emulator.url + "/ims/profile/v1", emulator.ca, token.strip())
    report(
        "browser: the session gets tokens",
        ended and f"exit {ended}: {stderr}",
        status != 200 and f"the token opens no profile: {status}",
        status == 200 and json.loads(body)["email"] != email and body[:200],
    )
    first = token
    ended, token, stderr = login.run("token", "-p", "me", "--force")
    report("browser: the session is refreshed", ended and f"exit {ended}: {stderr}", token == first and "the same token")
    ended, stdout, stderr = login.run("logout", "me")
    report(
        "browser: the person signs out",
        (ended or stdout) and f"exit {ended}: {stdout} {stderr}",
        fetch(emulator.url + "/ims/profile/v1", emulator.ca, token.strip())[0] != 401 and "the token is still good",
        login.run("token", "-p", "me")[0] != 9 and "a token without a person",
        [path for path in glob.glob(login.home + "/**/*session", recursive=True)] and "the session is still there",
    )


def says_no(emulator):
    login = Login(emulator, "no")
    page, _ = browser(login.url, "cancel")
    code, stdout = login.end()
    report(
        "browser: the person refuses",
        code != 4 and f"exit {code}: {login.said}",
        stdout and f"stdout {stdout!r}",
        "[sign-in-denied]" not in login.said and login.said,
        "signed in" in page.lower() and "not" not in page.lower() and f"the page says {page!r}",
        login.run("token", "-p", "me")[0] not in (3, 9) and "a token without a sign-in",
    )


def other_state(emulator):
    login = Login(emulator, "state", "--wait", "5s")
    page, _ = browser(login.url, "other-state", emulator.ready["sign_in"]["email"])
    code, stdout = login.end()
    report(
        "browser: the state was changed on the way back",
        code != 9 and f"exit {code}: {login.said}",
        "Nothing to see here" not in page and f"the page says {page!r}",
        stdout and f"stdout {stdout!r}",
        "state" not in login.said.replace(login.url, "") and login.said,
        "somebody-elses" in page + login.said and "the state is repeated",
        *leaks(login, page, login.said),
    )


def closed(emulator):
    login = Login(emulator, "closed", "--wait", "3s")
    browser(login.url, "close")
    before = time.monotonic()
    code, _ = login.end()
    report(
        "browser: the person closes the window",
        code != 9 and f"exit {code}",
        "[sign-in-timeout]" not in login.said and login.said,
        time.monotonic() - before > 10 and "the command waits too long",
    )


def port_in_use(emulator):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        login = Login(emulator, "port", port=port)
        code, stdout = login.end()
        report(
            "browser: the port is in use",
            code != 3 and f"exit {code}",
            (login.url or stdout) and "an address is printed",
            port not in login.said and login.said,
            "--port" not in login.said and f"--port is not suggested: {login.said}",
        )


def implicit(emulator):
    email = emulator.ready["sign_in"]["email"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    owner = register(emulator, f"http://localhost:{port}")
    login = Login(emulator, "implicit", "--flow", "implicit", client=owner, port=port)
    page, address = browser(login.url, "sign-in", email)
    code, stdout = login.end()
    ended, token, stderr = login.run("token", "-p", "me")
    report(
        "browser: the implicit flow",
        code != 0 and f"exit {code}: {login.said}",
        stdout and f"stdout {stdout!r}",
        "signed in" not in page.lower() and f"the page says {page!r}",
        address and f"the address bar keeps {address[:80]!r}",
        ended and f"no token: {stderr}",
        fetch(emulator.url + "/ims/profile/v1", emulator.ca, token.strip())[0] != 200 and "the token opens no profile",
        *leaks(login, page, login.said),
    )


def register(emulator, redirect_uri):
    scopes = ["openid", "AdobeID", "email", "offline_access"]
    about = {"public": True, "grants": ["implicit"], "scopes": scopes, "redirect_uri": redirect_uri}
    request = urllib.request.Request(
        emulator.url + "/_emu/clients", data=json.dumps(about).encode(), headers={"content-type": "application/json"}
    )
    context = ssl.create_default_context(cafile=emulator.ca)
    with urllib.request.urlopen(request, context=context, timeout=20) as answer:
        return json.load(answer)["client_id"]


def main():
    with Emulator("browser", "--tls") as emulator:
        for case in (signs_in, says_no, other_state, closed, port_in_use, implicit):
            case(emulator)
    finish()


main()
