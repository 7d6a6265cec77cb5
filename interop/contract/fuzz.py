"""Fuzzes the emulator by its OpenAPI document with Schemathesis: no 5xx, nothing that is not described."""

import os
import subprocess
import sys

from contract import Described

from checks import CLEAN, WORK, finish, report

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMATHESIS = os.path.join(os.path.dirname(sys.executable), "st")

CONFORMANCE = [
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]

# The 5xx of AEM and of IMS are described: documents that cannot be used, unknown operations of Sling, uploads by the
# wrong API, migrated clients.
NO_5XX = [*CONFORMANCE, "not_a_server_error"]

# The Assets HTTP API also allows COPY and MOVE, which OpenAPI 3.1 cannot describe.
OF_AEM = [check for check in CONFORMANCE if check != "allow_header_conformance"]


def fuzz(emulator, name, checks, *flags):
    command = [SCHEMATHESIS, "run", emulator.url + "/_emu/openapi.json", "--seed", "14", "--max-examples", "15"]
    command += ["--phases", "examples,coverage,fuzzing", "--checks", ",".join(checks), "--max-time", "15"]
    command += ["--request-timeout", "10", "--warnings", "off", "--suppress-health-check", "all", "--no-color"]
    environment = CLEAN | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": HERE, "NO_PROXY": "*"}
    run = subprocess.run(
        [*command, *flags], capture_output=True, text=True, env=environment, cwd=WORK, timeout=120
    )
    log = os.path.join(WORK, f"fuzz-{name.replace(' ', '-')}.log")
    with open(log, "w") as file:
        file.write(run.stdout + run.stderr)
    report(f"Schemathesis finds nothing in {name}", "" if run.returncode == 0 else (run.stdout + run.stderr)[-6000:])


def main():
    with Described("fuzz") as emulator:
        emulator.prepare()
        fuzz(emulator, "the remote control", [*NO_5XX, "negative_data_rejection"], "--include-tag", "Remote control")
        # The faults, lifetimes and times of the first run do not count for the second.
        token = emulator.prepare()
        bearer = ["--header", f"Authorization: Bearer {token}"]
        fuzz(emulator, "IMS", CONFORMANCE, "--include-tag", "IMS")
        fuzz(emulator, "AEM", OF_AEM, *bearer, "--include-tag", "AEM")
        fuzz(emulator, "AEM Forms", CONFORMANCE, *bearer, "--include-tag", "AEM Forms")
        health = emulator.session.get(emulator.url + "/_emu/health", timeout=20)
        report("the emulator still answers", "" if health.status_code == 200 else str(health.status_code))
    finish()


main()
