"""The page of the emulator in a real browser. SCREENSHOTS names a folder for pictures of it."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, Emulator, finish, report

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    environment = CLEAN | {name: os.environ[name] for name in ("CHROMIUM",) if name in os.environ}
    folder = os.environ.get("SCREENSHOTS")
    with Emulator("page") as emulator:
        command = ["node", "page.mjs", emulator.url, *([folder] if folder else [])]
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=180)
    for line in done.stdout.splitlines():
        check = json.loads(line)
        report(check["name"], *check["wrong"])
    report("page: all checks ran", done.returncode and done.stderr)
    finish()


main()
