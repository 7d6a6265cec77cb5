"""Shared by the checks: the report, the path of the tool, the processes that the checks start."""

import html.parser
import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

IMS = os.environ.get("IMS_BIN", "ims")
WORK = os.environ.get("INTEROP_WORK", ".")

# The tool and the clients see only the variables of the case. No proxy, no CA and no IMS_ variable of the caller
# decides a check.
CLEAN = {
    name: os.environ[name]
    for name in ("PATH", "LANG", "LC_ALL", "TMPDIR")
    if name in os.environ
} | {
    "HOME": os.path.join(WORK, "home"),
    "XDG_CONFIG_HOME": os.path.join(WORK, "home", "config"),
    # Each check sends its own request, without retries.
    "IMS_CACHE": "off",
    "IMS_RETRIES": "0",
}

_failed = 0


def report(name, *problems):
    """Prints the line of one check. The check is ok if no problem is a text."""
    global _failed
    problems = [p for p in problems if p]
    if problems:
        _failed += 1
        print(f"FAILED {name}: {'; '.join(p.replace(chr(10), ' | ') for p in problems)}", flush=True)
    else:
        print(f"ok {name}", flush=True)


def finish():
    sys.exit(1 if _failed else 0)


def work(name):
    return os.path.join(WORK, name)


def save(name, text):
    path = work(name)
    with open(path, "w", newline="") as file:
        file.write(text)
    return path


def save_json(name, value):
    return save(name, json.dumps(value))


def fetch(url, ca, token=None, form=None, body=None, put=None):
    """Sends a GET, or a POST of a form or of a body, or a PUT of JSON. Returns status and text."""
    body = urllib.parse.urlencode(form) if form else json.dumps(put) if put else body
    request = urllib.request.Request(url, data=body.encode() if body else None, method="PUT" if put else None)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    context = ssl.create_default_context(cafile=ca) if ca else None
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), *([urllib.request.HTTPSHandler(context=context)] if ca else [])
    )
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Form(html.parser.HTMLParser):
    """The first form of a page: its action and its fields."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields = None, {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = attributes["action"]
        elif tag == "input" and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value", "")


class Emulator:
    """A process of `ims emulator serve`, from its ready line to SIGTERM."""

    def __init__(self, name, *flags, port=0):
        self.documents = work(f"{name}.json")
        command = [IMS, "emulator", "serve", "--port", str(port), "--write-credentials", self.documents, *flags]
        command += ["--write-oauth-credentials", work(f"{name}-oauth.json")]
        if "--tls" in flags:
            command += ["--write-ca", work(f"{name}-ca.pem")]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=CLEAN)
        self.ready = json.loads(self.process.stdout.readline())
        self.url = self.ready["url"]
        self.aem = self.ready["aem"]
        self.ca = self.ready.get("ca")
        self.port = int(self.url.rsplit(":", 1)[1])
        with open(self.ready["credentials"]) as file:
            self.document = json.load(file)
        with open(self.ready["oauth_credentials"]) as file:
            self.oauth_document = json.load(file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.code = self.process.wait(10)
        self.process.stdout.close()
