"""`ims forms` against the emulator as the documentation shows it, with the files of the examples. pypdf and pikepdf
read the results."""

import glob
import io
import json
import os
import shutil

import pikepdf
import pypdf
from shared import EXAMPLES, Forms, content, pypdf_pages, run, unreadable
from checks import finish, report, work

HOST = "author-p12345-e67890.adobeaemcloud.com"


class Command:
    """`ims forms` in a copy of the examples."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.place = work("examples")
        shutil.copytree(EXAMPLES, self.place)

    def __call__(self, *arguments, **environment):
        done = self.emulator.ims("forms", *arguments, cwd=self.place, **environment)
        return done.returncode, done.stdout, done.stderr

    def send(self, *arguments, **environment):
        return self(*arguments, "--target", self.emulator.aem, **environment)

    def file(self, name):
        return content(os.path.join(self.place, name))

    def names(self, folder):
        return sorted(os.listdir(os.path.join(self.place, folder))) if os.path.isdir(os.path.join(self.place, folder)) else []

    def write(self, name, text):
        with open(os.path.join(self.place, name), "w") as file:
            file.write(text)


def ended(done, code=0, *texts):
    """What is wrong with the end of a command: another exit code, or texts that stderr lacks."""
    exit_code, stdout, stderr = done
    return [
        exit_code != code and f"exit {exit_code}, not {code}: {stderr[:500]}",
        *(f"no {text!r} in {stderr[:500]}" for text in texts if text not in stderr),
    ]


def refusal(forms):
    done = forms.send("generate", "letter.xdp", "data/sarah.xml", "--out", "refused.pdf")
    email = forms.emulator.document["integration"]["email"]
    report(
        "ims forms: before the account is in forms-users",
        *ended(done, 4, "[aem-not-in-forms-users]", email),
        os.path.exists(forms.place + "/refused.pdf") and "a file was written",
    )


def generate(forms):
    done = forms.send("generate", "letter.xdp", "data/sarah.xml", "--out", "letter.pdf")
    report(
        "ims forms generate",
        *ended(done),
        done[1] and f"stdout {done[1]!r}",
        *unreadable(forms.file("letter.pdf"), 1, "Sarah Rose", "Your yearly statement", "28.75"),
    )
    done = forms.send("generate", "letter.xdp", "data/jörg.xml", "--out", "cover.pdf", "--tagged", "--embed-fonts", "--linearized")
    body = forms.file("cover.pdf")
    with pikepdf.open(io.BytesIO(body)) as pdf:
        report(
            "ims forms generate --tagged --embed-fonts --linearized",
            *ended(done),
            not pdf.is_linearized and "not linearized",
            not pdf.Root.get("/MarkInfo", {}).get("/Marked") and "not tagged",
            *unreadable(body, 1, "Jörg Müller", "Große Straße 7"),
        )
    done = forms("generate", "letter.xdp", "data/sarah.xml", "--as-curl", "--target", forms.emulator.aem)
    forms.write("post.sh", done[1].rstrip() + " --output by-curl.pdf\n")
    problem = run(["bash", "-c", f"cd '{forms.place}' && . ./post.sh"], IMS_ACCESS_TOKEN=forms.emulator.token)
    report("ims forms generate --as-curl, and curl sends it", *ended(done), problem, *unreadable(forms.file("by-curl.pdf"), 1, "Sarah Rose"))
    done = forms("generate", "letter.xdp", "data/sarah.xml", "--dry-run", IMS_CREDENTIALS="", IMS_URL="")
    report("ims forms generate --dry-run, without credentials and target", *ended(done), "template" not in done[1] and done[1])
    done = forms.send("generate", "letter.xdp", "people.csv", "--out", "never.pdf")
    report("ims forms generate with a CSV without --each", *ended(done, 3), os.path.exists(forms.place + "/never.pdf") and "a file was written")
    done = forms.send("generate", "letter.xdp", "data/sarah.xml", "--as", "zpl", "--xdc", "zpl300.xdc", "--out", "label.zpl")
    report("ims forms generate --as zpl", *ended(done), not forms.file("label.zpl").startswith(b"^XA") and "no ZPL")


def many(forms):
    pattern = "letters/{recipient.name}.pdf"
    done = forms.send("generate", "letter.xdp", "--each", "people.csv", "--out", pattern)
    names = ["John Wood.pdf", "Sarah Rose.pdf", "陈美.pdf"]
    report(
        "ims forms generate --each people.csv",
        *ended(done, 0, "3 made"),
        forms.names("letters") != [".ims-forms.jsonl", *names] and f"files {forms.names('letters')}",
        *(problem for name in names for problem in unreadable(forms.file("letters/" + name), 1, name[:-4])),
    )
    report("ims forms generate --each, a second time", *ended(forms.send("generate", "letter.xdp", "--each", "people.csv", "--out", pattern), 3, "[journal-exists]"))
    os.remove(forms.place + "/letters/陈美.pdf")
    done = forms.send("generate", "letter.xdp", "--each", "people.csv", "--out", pattern, "--resume", "-o", "json")
    said = json.loads(done[1] or "{}")
    report(
        "ims forms generate --each --resume makes what is missing",
        *ended(done),
        (said.get("made"), said.get("skipped")) != (1, 2) and f"{said}",
        *unreadable(forms.file("letters/陈美.pdf"), 1, "陈美"),
    )
    done = forms.send("generate", "letter.xdp", "--each", "people.jsonl", "--out", "lines/{n}.pdf", "-j", "2")
    report("ims forms generate --each people.jsonl", *ended(done), *unreadable(forms.file("lines/1.pdf"), 1, "Sarah Rose", "31.20", "February"))
    done = forms.send("generate", "letter.xdp", "--each", "data", "--out", "out/{name}.pdf", "--embed-fonts")
    report("ims forms generate --each FOLDER, the first course", *ended(done), *unreadable(forms.file("out/jörg.pdf"), 1, "Köln"), *unreadable(forms.file("out/sarah.pdf"), 1, "Springfield"))
    forms.write("people.xml", "<all>" + "".join(f"<letter><recipient><name>P{n}</name></recipient></letter>" for n in range(1, 13)) + "</all>")
    done = forms.send("generate", "letter.xdp", "--each", "people.xml#letter", "--out", "xml/{n}.pdf")
    wrong = [n for n in range(1, 13) if f"P{n}" not in "".join(pypdf_pages(forms.file(f"xml/{n:02}.pdf"))).split()]
    report("ims forms generate --each FILE.xml#ELEMENT", *ended(done), wrong and f"wrong documents {wrong}")
    forms.write("broken.jsonl", '{"name":"A"}\n{broken\n')
    done = forms.send("generate", "letter.xdp", "--each", "broken.jsonl", "--out", "broken/{n}.pdf")
    report("ims forms generate --each, a record that cannot be read fails alone", *ended(done, 8), glob.glob(forms.place + "/broken/*.pdf") != [forms.place + "/broken/1.pdf"] and f"{forms.names('broken')}")
    os.makedirs(forms.place + "/mixed")
    for name, text in {"a.xml": "<letter><text>a</text></letter>", "b.xml": "<letter>", "c.json": '{"text":"c"}'}.items():
        forms.write("mixed/" + name, text)
    done = forms.send("generate", "letter.xdp", "--each", "mixed", "--out", "whole/{name}.pdf")
    report("ims forms generate --each, a file that is cut off fails alone", *ended(done, 8, "[xml-malformed]"), forms.names("whole") != [".ims-forms.jsonl", "a.pdf", "b.error.json", "c.pdf"] and f"{forms.names('whole')}")
    done = forms.send("generate", "letter.xdp", "--each", "people.csv", "--out", "towns/{recipient.city}/{n}.pdf")
    report("ims forms generate --each, folders of columns", *ended(done, 0, "3 made"), *unreadable(forms.file("towns/Springfield/3.pdf"), 1, "陈美"))
    forms.write("twice.csv", "name\nA\nA\n")
    done = forms.send("generate", "letter.xdp", "--each", "twice.csv", "--out", "twice/{name}.pdf")
    report("ims forms generate --each, two records of one name", *ended(done, 3, "[file-names-collide]"), forms.names("twice") and "files were written")


def assemble(forms):
    done = forms.send("assemble", "book.ddx", "--out", "book.pdf")
    body = forms.file("book.pdf")
    outline = [entry.title for entry in pypdf.PdfReader(io.BytesIO(body)).outline]
    report("ims forms assemble book.ddx", *ended(done), *unreadable(body, 2, "Jörg", "Sarah", "Page 1 of 2"), outline != ["Cover", "Letter"] and f"{outline}")
    merge = ("--merge", "cover.pdf", "letter.pdf", "--footer", "Page {page} of {pages}", "--title", "Title {page}", "--watermark", "Draft")
    done = forms.send("assemble", *merge, "--out", "all.pdf")
    body = forms.file("all.pdf")
    title = pypdf.PdfReader(io.BytesIO(body)).metadata.title
    report("ims forms assemble --merge", *ended(done), *unreadable(body, 2, "Page 1 of 2", "Page 2 of 2", "Draft"), title != "Title {page}" and f"title {title}")
    done = forms("assemble", *merge, "--print-ddx")
    forms.write("printed.ddx", done[1])
    sent = forms.send("assemble", "printed.ddx", "--out", "printed.pdf")
    same = [pypdf_pages(forms.file(name)) for name in ("all.pdf", "printed.pdf")]
    report("ims forms assemble --merge --print-ddx, and the DDX is sent", *ended(done), *ended(sent), same[0] != same[1] and "another document")
    two = '<PDF result="r1.pdf"><PDF source="letter.pdf"/></PDF><PDF result="r2.pdf"><PDF source="{}"/></PDF>'
    forms.write("two.ddx", f'<DDX xmlns="http://ns.adobe.com/DDX/1.0/">{two.format("cover.pdf")}</DDX>')
    report("ims forms assemble, two results and a file", *ended(forms.send("assemble", "two.ddx", "--out", "two.pdf"), 3, "[output-needs-folder]"))
    done = forms.send("assemble", "two.ddx", "--out", "two")
    report("ims forms assemble, two results", *ended(done), *unreadable(forms.file("two/r1.pdf"), 1, "Sarah"), *unreadable(forms.file("two/r2.pdf"), 1, "Jörg"))
    forms.write("hurt.pdf", "%PDF-1.7 nothing")
    forms.write("hurt.ddx", f'<DDX xmlns="http://ns.adobe.com/DDX/1.0/">{two.format("hurt.pdf")}</DDX>')
    done = forms.send("assemble", "hurt.ddx", "--out", "hurt", "--keep-log", "logs")
    report("ims forms assemble, a broken source", *ended(done, 5, "hurt.pdf"), forms.names("hurt") and "files were written", not forms.names("logs") and "no log")
    done = forms.send("assemble", "hurt.ddx", "--out", "hurt", "--no-fail-on-error")
    report("ims forms assemble --no-fail-on-error", *ended(done, 8, "r2.pdf"), forms.names("hurt") != ["r1.pdf"] and f"{forms.names('hurt')}")
    done = forms.send("assemble", "two.ddx", "--validate-only")
    report("ims forms assemble --validate-only", *ended(done))
    forms.write("https.ddx", '<DDX xmlns="https://ns.adobe.com/DDX/1.0/"><PDF result="a.pdf"><PDF source="letter.pdf"/></PDF></DDX>')
    report("ims forms assemble, the namespace with https", *ended(forms.send("assemble", "https.ddx", "--out", "a.pdf"), 3, "[ns-https]"))


def pdfa(forms):
    report("ims forms pdfa check, no PDF/A", *ended(forms.send("pdfa", "check", "all.pdf"), 8))
    for level in ("1b", "2b", "3b"):
        done = forms.send("pdfa", "convert", "all.pdf", "--level", level, "--out", f"archive-{level}.pdf")
        body = forms.file(f"archive-{level}.pdf")
        with pikepdf.open(io.BytesIO(body)) as pdf:
            status = pdf.open_metadata().pdfa_status
        report(f"ims forms pdfa convert --level {level}", *ended(done), status != level.upper() and f"pikepdf reads {status!r}", *unreadable(body, 2, "Sarah"))
        report(f"ims forms pdfa check --level {level}", *ended(forms.send("pdfa", "check", f"archive-{level}.pdf", "--level", level)))


def check(forms):
    report("ims forms check", *ended(forms("check", "letter.xdp", "data/sarah.xml")), *ended(forms("check", "book.ddx")))
    report("ims forms check, a refusal", *ended(forms("check", "https.ddx"), 8))
    forms.write("typo.xml", "<letter><recipient><nome>x</nome></recipient></letter>")
    done = forms("check", "letter.xdp", "typo.xml")
    report("ims forms check, a misspelt name is a warning with the nearest name", *ended(done), "letter.recipient.name" not in done[1] and done[1])
    report("ims forms check --strict", *ended(forms("check", "--strict", "letter.xdp", "typo.xml"), 8))
    done = forms.send("generate", "letter.xdp", "typo.xml", "--strict", "--out", "typo.pdf")
    report("ims forms generate --strict", *ended(done, 3, "[data-unbound]"), os.path.exists(forms.place + "/typo.pdf") and "a file was written")


def main():
    with Forms("ims-forms", groups=()) as emulator:
        forms = Command(emulator)
        refusal(forms)
        emulator.grant("forms-users")
        for part in (generate, many, assemble, pdfa, check):
            part(forms)
    finish()


main()
