"""Runs a program in the way of Adobe's Java sample, unchanged, as docs/emulator-java-sample.md says."""

import os
import shutil
import socket
import subprocess

from shared import CLEAN, Emulator, content, example, folder, unreadable
from checks import IMS, fetch, finish, report, save, work

NAMES = ("ims-na1.adobelogin.com", "author-p12345-e67890.adobeaemcloud.com")


def why_no_443():
    """The sample has the port 443 built in, which needs a permission and must be free."""
    try:
        with socket.create_server(("127.0.0.1", 443)):
            return None
    except OSError as error:
        return error


def program(emulator):
    """Returns a function that runs the program: the lines of its output."""
    place = folder("sample")
    os.makedirs(place + "/data", exist_ok=True)
    for name in ("letter.xdp", "data/sarah.xml"):
        with open(os.path.join(place, name), "wb") as file:
            file.write(example(name))
    with open(place + "/options.json", "w") as file:
        file.write('{"embedFonts": true}')
    shutil.copy(emulator.documents, place + "/service_token.json")
    hosts = save("sample-hosts", "".join(f"127.0.0.1 {name}\n" for name in NAMES))
    store = work("sample.p12")
    trust = [IMS, "emulator", "trust", "--for", "java", "--trust-store", store]
    trust += ["--url", emulator.url, "--ca-file", emulator.ca]
    script = 'eval "$("$@")" && printf %s "$JAVA_TOOL_OPTIONS"'
    shell = ["sh", "-c", script, "sh", *trust]
    options = subprocess.run(shell, env=CLEAN, check=True, capture_output=True, text=True, timeout=60).stdout
    options += f" -Djdk.net.hosts.file={hosts}"
    command = ["java", "-cp", os.environ["FORMS_CLASSPATH"], "Sample", place, folder("sample-out")]

    def run():
        environment = CLEAN | {"JAVA_TOOL_OPTIONS": options}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        return done.stdout.splitlines() + ([done.stderr[-600:]] if done.returncode else [])

    return run


def control(emulator, path, body):
    status, text = fetch(f"{emulator.url}/_emu/{path}", emulator.ca, body=body)
    assert status // 100 == 2, text


def cases(emulator):
    run = program(emulator)
    lines = run()
    report("forms: Adobe's sample gets a token, and 403 without rights", lines != ["IMS: 200", "AEM: 403"] and f"{lines}")
    account = emulator.ready["technical_account_id"]
    control(emulator, "aem/rights", f'{{"technical_account_id":"{account}"}}')
    lines = run()
    report(
        "forms: Adobe's sample generates",
        lines != ["IMS: 200", "AEM: 200"] and f"{lines}",
        *unreadable(content(work("sample-out/sarah.xml.pdf")), 1, "Sarah Rose"),
    )
    control(emulator, "faults", '{"when":{"path":"/ims/exchange/*","times":1},"then":[{"status":503}]}')
    lines = run()
    report(
        "forms: Adobe's sample goes on without a token after an outage",
        [line for line in lines if line[:4] in ("IMS:", "AEM:")] != ["IMS: 503", "AEM: 401"] and f"{lines}",
        not content(work("sample-out/sarah.xml.pdf")).startswith(b"{") and "no JSON was saved as a PDF",
    )


problem = why_no_443()
if problem:
    print(f"left out: Adobe's sample needs the port 443: {problem}")
else:
    with Emulator("sample", "--tls", port=443) as emulator:
        cases(emulator)
finish()
