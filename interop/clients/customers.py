"""Shared by the checks of published clients: running a client, and checking its result."""

import os
import subprocess

from checks import CLEAN, fetch, report

HERE = os.path.dirname(os.path.abspath(__file__))


def client(command, **environment):
    done = subprocess.run(
        command, env=CLEAN | environment, cwd=HERE, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def opens_aem(name, run, emulator):
    code, token, stderr = run(emulator, "good")
    if code or token.count(".") != 2 or "\n" in token:
        return report(f"{name} gets a token", f"exit {code}, stdout {token[:60]!r}, stderr {stderr[:300]!r}")
    status, _ = fetch(emulator.aem + "/content/dam.json", emulator.ca, token)
    report(f"{name} gets a token that opens AEM", status != 200 and f"status {status}")


def refused(name, run, emulator, case, texts):
    code, stdout, stderr = run(emulator, case)
    report(
        f"{name} is refused: {case}",
        code == 0 and "exit 0",
        stdout and f"stdout {stdout[:60]!r}",
        *(text not in stderr and f"no {text!r} in {stderr[:300]!r}" for text in texts),
    )
