"""Runs programs of several languages with the lines of `ims emulator trust`, in a shell that evaluates them.

Each program calls Adobe's host names, and must reach the emulator through its proxy, with and without a password. Without
the lines it must not trust the emulator."""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from checks import CLEAN, IMS, Emulator, fetch, finish, report, work

IMS_URL = "https://ims-na1.adobelogin.com/ims/keys"
# A path that wants no token: with an Authenticator, HttpClient of Java fails at a 401 without WWW-Authenticate, and AEM's
# has none.
AEM_URL = "https://author-p12345-e67890.adobeaemcloud.com/adobe/nothing"

URLLIB = """
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1]).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""
REQUESTS = "import requests, sys; print(requests.get(sys.argv[1]).status_code)"

# By the name of the check: the value of --for, and the command that gets a URL and prints its status.
PROGRAMS = {
    "curl": ("curl", ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\n"]),
    "urllib of Python": ("python", [sys.executable, "-c", URLLIB]),
    "requests": ("python", [sys.executable, "-c", REQUESTS]),
    "node": ("node", ["node", os.path.join(HERE, "fetch.mjs")]),
    "java": ("java", ["java", os.path.join(HERE, "Fetch.java")]),
}
GO = """package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	response, err := http.Get(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(response.StatusCode)
}
"""


def programs():
    yield from PROGRAMS.items()
    if shutil.which("go"):
        source = work("fetch.go")
        with open(source, "w") as file:
            file.write(GO)
        yield "go", ("go", ["go", "run", source])


def run(lines, command, *arguments):
    script = f'{lines}\nexec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *command, *arguments],
        env=CLEAN | {"IMS": IMS}, capture_output=True, text=True, timeout=120,
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def trust_lines(ready, program):
    store = f" --trust-store '{work('trust store.p12')}'" if program == "java" else ""
    return f'eval "$("$IMS" emulator trust --for {program} --ready-file \'{ready}\'{store})"'


def cases(kind, *flags):
    ready = work(f"trust-{kind}-ready.json")
    with Emulator(f"trust-{kind}", "--connect-port", "0", "--ready-file", ready, *flags) as emulator:
        proxy = emulator.ready["proxy"]
        for name, (program, command) in programs():
            lines = trust_lines(ready, program)
            more = [proxy["user"], proxy["password"]] if program == "java" and "user" in proxy else []
            for url, expected in [(IMS_URL, "200"), (AEM_URL, "404")]:
                if program == "java":
                    expected = f"{expected} {expected}"
                code, stdout, stderr = run(lines, command, url, *more)
                report(
                    f"{name} reaches {url.split('/')[2]} ({kind})",
                    (code, stdout) != (0, expected) and f"exit {code}, {stdout!r}: {stderr[-300:]}",
                )
            without_ca = lines + "\nunset NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE"
            if program == "java":
                without_ca += "\nJAVA_TOOL_OPTIONS=$(echo \"$JAVA_TOOL_OPTIONS\" | sed 's/-Djavax.*=PKCS12//')"
            code, stdout, stderr = run(without_ca, command, IMS_URL, *more)
            refused = code != 0 and "200" not in stdout and "certifi" in (stdout + stderr).lower()
            report(
                f"{name} refuses the emulator without its CA ({kind})",
                not refused and f"exit {code}, {stdout!r}: {stderr[-300:]}",
            )
        hosts = [url.split("/")[2] for url in (IMS_URL, AEM_URL)]
        status, journal = fetch(emulator.url + "/_emu/requests", None)
        report(
            f"the journal has the hosts ({kind})",
            status != 200 and f"status {status}",
            *[f"{host} is missing" for host in hosts if host not in journal],
        )
    report(f"the ready file is gone at the end ({kind})", os.path.exists(ready) and "it is still there")


cases("open")
cases("password", "--proxy-auth")
finish()
