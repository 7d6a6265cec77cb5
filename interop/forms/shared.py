"""Shared by the checks of AEM Forms: the emulator with its files, a token, and the PDF readers of other makers."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata

import pdfminer.high_level
import pdfminer.pdfpage
import pikepdf
import pypdf
import requests

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import CLEAN, IMS, Emulator, work

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.realpath(os.path.join(HERE, "..", "..", "examples", "forms"))

GENERATE = "/adobe/forms/doc/v1/generatePDFOutput"
PRINT = "/adobe/forms/doc/v1/generatePrintedOutput"
ASSEMBLE = "/adobe/forms/assembler/ddx/invoke"
CONVERT = "/adobe/forms/assembler/pdfa/convert"
VALIDATE = "/adobe/forms/assembler/pdfa/validate"
BATCH = "/adobe/forms/batch/output"

# Scripts that a reader finds only if the PDF maps its glyphs to Unicode.
GREETINGS = ("Grüße aus Köln", "日本", "😀", "Привет", "a < b & \"c\"", "ﬁnal office", "x\u0301")


def example(name):
    with open(os.path.join(EXAMPLES, name), "rb") as file:
        return file.read()


def letter(name, text="Thank you.", items=1):
    """Data for the template of the examples."""
    escaped = [value.replace("&", "&amp;").replace("<", "&lt;") for value in (name, text)]
    rows = "".join(f"<item><month>Month {n}</month><amount>{n}.20</amount></item>" for n in range(1, items + 1))
    return (
        f"<letter><recipient><name>{escaped[0]}</name><street>12 Hill Road</street><city>Springfield</city></recipient>"
        f"<text>{escaped[1]}</text>{rows}</letter>"
    ).encode()


def ddx(*bodies):
    return ('<DDX xmlns="http://ns.adobe.com/DDX/1.0/">' + "".join(bodies) + "</DDX>").encode()


class Forms(Emulator):
    """An emulator, and a session of requests with a token for its AEM."""

    def __init__(self, name, *flags, groups=("forms-users", "administrators")):
        super().__init__(name, *flags)
        self.ims("token")
        self.token = self.ims("token").stdout.strip()
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = "Bearer " + self.token
        if groups:
            self.grant(*groups)

    def ims(self, *arguments, cwd=None, **environment):
        environment = {"IMS_CREDENTIALS": self.documents, "IMS_URL": self.url} | environment
        return subprocess.run(
            [IMS, *arguments], env=CLEAN | environment, cwd=cwd, capture_output=True, text=True, timeout=60
        )

    def grant(self, *groups):
        account = self.ready["technical_account_id"]
        requests.put(f"{self.url}/_emu/aem/rights/{account}", json={"groups": list(groups)}, timeout=20).raise_for_status()

    def store(self, path, content):
        """Puts a file into the repository of AEM."""
        requests.put(f"{self.url}/_emu/aem/dam/{path}", data=content, timeout=20).raise_for_status()

    def post(self, path, files, **more):
        return self.session.post(self.aem + path, files=files, timeout=30, **more)

    def generate(self, data, template=None, options=None, **more):
        """Posts as the courses do: each part has a file name and a type, the options the file name "options"."""
        return self.post(
            GENERATE,
            [
                ("template", ("letter.xdp", template or example("letter.xdp"), "application/octet-stream")),
                ("data", ("data.xml", data, "application/octet-stream")),
                ("options", ("options", json.dumps(options or {}), "application/json")),
            ],
            **more,
        )

    def assemble(self, document, **sources):
        parts = [("ddx", ("book.ddx", document, "application/xml"))]
        parts += [(name, (name, body, "application/octet-stream")) for name, body in sources.items()]
        return self.post(ASSEMBLE, parts)


def flat(text):
    """Text without the blanks and line breaks that each reader places in its own way."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def pypdf_pages(body):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body), strict=True).pages]


def pdfminer_pages(body):
    return [pdfminer.high_level.extract_text(io.BytesIO(body), page_numbers=[n]) for n in range(pdfminer_count(body))]


def pdfminer_count(body):
    return sum(1 for _ in pdfminer.pdfpage.PDFPage.get_pages(io.BytesIO(body)))


def pdftotext_pages(body):
    done = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, timeout=60, check=True)
    return done.stdout.decode().split("\f")[:-1]


READERS = {"pypdf": pypdf_pages, "pdfminer.six": pdfminer_pages}
if shutil.which("pdftotext"):
    READERS["pdftotext"] = pdftotext_pages


def syntax(body):
    """What qpdf has to say against a file: a text for each fault."""
    try:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            faults = list(pdf.check_pdf_syntax())
            if pdf.is_linearized:
                notes = io.StringIO()
                if not pdf.check_linearization(notes):
                    faults.append(notes.getvalue())
    except pikepdf.PdfError as error:
        faults = [str(error)]
    return [f"qpdf: {fault}" for fault in faults]


def unreadable(body, pages, *texts):
    """Lets every reader look for the texts, one for each page or in all of them. Returns what it did not find."""
    if not body.startswith(b"%PDF-"):
        return [f"no PDF: {body[:200]!r}"]
    problems = syntax(body)
    for name, read in READERS.items():
        try:
            found = read(body)
        except Exception as error:
            problems.append(f"{name}: {error!r}")
            continue
        if len(found) != pages:
            problems.append(f"{name}: {len(found)} pages, not {pages}")
        whole = flat("".join(found))
        problems += [f"{name}: no {text!r} in {whole[:300]!r}" for text in texts if flat(text) not in whole]
    return problems


def run(command, **environment):
    """Runs a program in this folder. Returns what is wrong with its end, or None."""
    # Java reads file names that are not ASCII only in a locale of UTF-8.
    environment = CLEAN | {"LC_ALL": "C.UTF-8"} | environment
    done = subprocess.run(command, env=environment, cwd=HERE, capture_output=True, text=True, timeout=60)
    return done.returncode and f"exit {done.returncode}: {done.stdout[-300:]} {done.stderr[-600:]}" or None


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        return str(error).encode()


def folder(name):
    path = work(name)
    os.makedirs(path, exist_ok=True)
    return path
