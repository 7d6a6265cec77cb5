"""Programs of other makers post documents to the AEM Forms of the emulator: requests, fetch of node, curl, Java."""

import email
import email.policy
import json
import os
import time

import requests
from requests_toolbelt import MultipartDecoder, MultipartEncoder
from shared import (
    ASSEMBLE, BATCH, CONVERT, GENERATE, PRINT, VALIDATE, Forms, content, ddx, example, folder,
    letter, pypdf_pages, run, unreadable,
)
from checks import finish, report

DAM = "/content/dam/formsanddocuments/"
REFERENCES = {
    "below contentRoot": ("letter.xdp", {"contentRoot": "crx:///content/dam/formsanddocuments"}),
    "crx": (f"crx://{DAM}letter.xdp", {}),
    "a path": (f"{DAM}letter.xdp", {}),
}
# The type and the first bytes of each print language.
PRINTS = {
    ("PostScript", "ps_plain.xdc"): ("application/postscript", b"%!PS"),
    ("PCL", "hppcl5e.xdc"): ("application/vnd.hp-pcl", b"\x1b"),
    ("ZPL", "zpl300.xdc"): ("application/octet-stream", b"^XA"),
}


def unwrapped(answer):
    """The parts of a multipart answer by name, as the standard library reads them."""
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.content, policy=email.policy.HTTP)
    return {
        part.get_param("name", header="content-disposition"): (part.get_content_type(), part.get_payload(decode=True))
        for part in message.iter_parts()
    }


def told(answer, code, /, **members):
    """What differs from the status and the JSON members that are expected."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    said = {name: body.get(name) for name in members}
    return [
        answer.status_code != code and f"status {answer.status_code}, not {code}: {answer.text[:300]}",
        *(f"{name} is {said[name]!r}, not {value!r}" for name, value in members.items() if said[name] != value),
    ]


def refusals_before_rights(emulator):
    """A token is needed, and the group forms-users."""
    answer = requests.post(emulator.aem + GENERATE, files={"data": b"x"}, timeout=20)
    report("forms: requests without a token", *told(answer, 401, status="401"))
    answer = requests.post(emulator.aem + ASSEMBLE, files={"data": b"x"}, timeout=20)
    report("forms: requests without a token, assembler", *told(answer, 401), answer.content and "a body")
    for name, path, status in (("generation", GENERATE, "403"), ("assembler", ASSEMBLE, 403)):
        answer = emulator.post(path, {"ddx": b"x"})
        report(
            f"forms: requests before the account is in forms-users, {name}",
            *told(answer, 403, status=status),
            "forms-users" not in answer.text and answer.text,
        )
    answer = emulator.session.get(emulator.aem + BATCH + "/configs", timeout=20)
    report("forms: requests before the account is in administrators, batch", *told(answer, 403, status=403))


def generation(emulator):
    answer = emulator.generate(letter("Jörg Müller"), options={"locale": "de_DE"})
    report(
        "forms: requests generates in the way of the courses",
        *told(answer, 200),
        answer.headers["Content-Type"] != "application/pdf" and answer.headers["Content-Type"],
        *unreadable(answer.content, 1, "Jörg Müller", "Month 1"),
    )
    answer = emulator.generate(letter("Sarah"), headers={"Accept": "multipart/mixed"})
    parts = {
        part.headers[b"Content-Disposition"]: part.content for part in MultipartDecoder.from_response(answer).parts
    }
    report(
        "forms: requests-toolbelt reads output and metadata",
        *told(answer, 200),
        list(parts) != [b"attachment; name=output; filename=letter.pdf", b"attachment; name=metadata; filename=letter.json"]
        and f"parts {list(parts)}",
        json.loads(list(parts.values())[-1]) != {"pageCount": "1"} and f"metadata {list(parts.values())[-1]}",
        *unreadable(list(parts.values())[0], 1, "Sarah"),
    )
    encoder = MultipartEncoder(
        [
            ("template", ("letter.xdp", example("letter.xdp"), "application/vnd.adobe.xdp+xml")),
            ("data", ("data.xml", letter("Streamed"), "application/xml")),
        ]
    )
    answer = emulator.session.post(
        emulator.aem + GENERATE, data=iter(lambda: encoder.read(1000), b""), timeout=20,
        headers={"Content-Type": encoder.content_type},
    )
    report("forms: requests-toolbelt streams a form in chunks", *told(answer, 200), *unreadable(answer.content, 1, "Streamed"))
    answer = emulator.post(GENERATE, {"template": ("letter.xdp", example("letter.xdp"), "application/octet-stream")})
    report("forms: requests generates without data", *told(answer, 200), *unreadable(answer.content, 1, "Your yearly statement"))
    answer = emulator.generate(b"<other><nothing>fits</nothing></other>")
    report(
        "forms: data that no field takes is ignored",
        *told(answer, 200),
        "fits" in "".join(pypdf_pages(answer.content)) and "the text is there",
    )
    for (kind, xdc), (mime, magic) in PRINTS.items():
        options = {"printConfig": {"renderType": kind, "xdcUri": xdc}}
        answer = emulator.post(
            PRINT,
            [
                ("template", ("letter.xdp", example("letter.xdp"), "application/octet-stream")),
                ("data", ("data.xml", letter("Sarah Rose"), "application/octet-stream")),
                ("options", ("options", json.dumps(options), "application/json")),
            ],
        )
        report(
            f"forms: requests generates {kind}",
            *told(answer, 200),
            answer.headers["Content-Type"] != mime and answer.headers["Content-Type"],
            not answer.content.startswith(magic) and f"begins with {answer.content[:20]!r}",
            b"Sarah" not in answer.content and "no name",
        )


def references(emulator):
    emulator.store("formsanddocuments/letter.xdp", example("letter.xdp"))
    for name, (reference, options) in REFERENCES.items():
        form = [("template", (None, reference)), ("data", (None, letter("x"))), ("options", (None, json.dumps(options)))]
        form[1] = ("data", ("data.xml", letter("Referenced"), "application/xml"))
        answer = emulator.post(GENERATE, form)
        report(f"forms: a bare field is a reference: {name}", *told(answer, 200), *unreadable(answer.content, 1, "Referenced"))
    answer = emulator.post(GENERATE, {"template": (None, f"{DAM}missing.xdp")})
    report("forms: a reference to a missing file", *told(answer, 500, status="500"), "missing.xdp" not in answer.text and answer.text)
    answer = emulator.post(GENERATE, {"template": (None, example("letter.xdp"))})
    report("forms: a template without file name and type is read as a path", *told(answer, 500, status="500"))


def wrong_requests(emulator):
    template = ("template", ("letter.xdp", example("letter.xdp"), "application/octet-stream"))
    rows = {
        "no template": ([("data", ("data.xml", b"<a/>", "application/xml"))], 400),
        "options that are no JSON": ([template, ("options", ("options", "{", "application/json"))], 400),
        "a wrong value of an option": ([template, ("options", ("options", '{"acrobatVersion":"9"}', "application/json"))], 400),
        "a template that is HTML": ([("template", ("x.xdp", b"<html/>", "application/octet-stream"))], 500),
        "malformed data": ([template, ("data", ("d.xml", b"<letter>", "application/octet-stream"))], 500),
    }
    for name, (form, status) in rows.items():
        report(f"forms: generation refuses {name}", *told(emulator.post(GENERATE, form), status, status=str(status)))
    answer = emulator.session.post(emulator.aem + GENERATE, json={"template": "x"}, timeout=20)
    report("forms: generation refuses a body that is no form", *told(answer, 415, status="415"))
    answer = emulator.post("/adobe/forms/doc/v1" + GENERATE, [template])
    report("forms: generation does not know the doubled path", *told(answer, 404))


def assembly(emulator):
    first, second = (emulator.generate(letter(name)).content for name in ("First", "Second"))
    both = {"part one.pdf": first, "Übersicht.pdf": second}
    joined = '<PDF result="{}"><PDF source="{}"/><PDF source="{}"/></PDF>'
    answer = emulator.assemble(ddx(joined.format("all.pdf", *both)), **both)
    decoded = [part.content for part in MultipartDecoder.from_response(answer).parts]
    parts = unwrapped(answer)
    report(
        "forms: requests assembles, the standard library and requests-toolbelt unwrap",
        *told(answer, 200),
        list(parts) != ["all.pdf"] and f"parts {list(parts)}",
        decoded != [body for _, body in parts.values()] and "the two readers differ",
        *unreadable(decoded[0], 2, "First", "Second"),
    )
    two = ddx(joined.format("a.pdf", *both), joined.format("b.pdf", *reversed(both)))
    parts = unwrapped(emulator.assemble(two, **both))
    report(
        "forms: two results are two parts",
        sorted(parts) != ["a.pdf", "b.pdf"] and f"parts {list(parts)}",
        *("First" not in pypdf_pages(body)[n] and f"{name}: wrong order" for n, (name, (_, body)) in enumerate(sorted(parts.items()))),
    )
    answer = emulator.assemble(ddx('<PDF result="x.pdf"><PDF source="none.pdf"/></PDF>'), **both)
    report("forms: a source that is no part", *told(answer, 400, status=400), "none.pdf" not in answer.text and answer.text)
    answer = emulator.assemble(ddx('<PDF result="x.pdf"><PDF source="part one.pdf"/></PDF>'), **{"part one.pdf": b"%PDF-1.7 broken"})
    parts = unwrapped(answer)
    report(
        "forms: a broken source is a 500 of several parts with a log",
        *told(answer, 500),
        {"status", "code", "message", "jobLog"} - set(parts) and f"parts {list(parts)}",
        parts.get("status", (None, b""))[1] != b"500" and f"status {parts.get('status')}",
    )
    answer = emulator.assemble(b'<DDX xmlns="https://ns.adobe.com/DDX/1.0/"><PDF result="x"/></DDX>')
    report("forms: a DDX in the wrong namespace", *told(answer, 500))
    settings = emulator.url + "/_emu/aem/settings"
    requests.patch(settings, json={"assembler_answer": "pdf"}, timeout=20).raise_for_status()
    answer = emulator.assemble(ddx(joined.format("all.pdf", *both)), **both)
    report("forms: the assembler answers with a bare PDF if it is set so", *told(answer, 200), *unreadable(answer.content, 2, "First"))
    requests.patch(settings, json={"assembler_answer": "multipart"}, timeout=20).raise_for_status()


def pdfa(emulator):
    def ask(path, body, **options):
        form = [("inDoc", ("in.pdf", body, "application/pdf"))]
        return emulator.post(path, form + ([("options", ("options", json.dumps(options), "application/json"))] if options else []))

    plain = emulator.generate(letter("Archived"), options={"embedFonts": True}).content
    answer = ask(VALIDATE, plain, compliance="PDFA_2B", resultLevel="SUMMARY")
    report("forms: requests validates, the document is no PDF/A", *told(answer, 200, isPDFA=False))
    converted = ask(CONVERT, plain)
    report(
        "forms: requests converts to PDF/A without options, as the courses do",
        *told(converted, 200),
        *unreadable(converted.content, 1, "Archived"),
    )
    for level in ("PDFA_1B", "PDFA_2B", "PDFA_3B"):
        converted = ask(CONVERT, plain, compliance=level, resultLevel="DETAILED", colorSpace="S_RGB")
        report(f"forms: requests validates {level}", *told(ask(VALIDATE, converted.content, compliance=level), 200, isPDFA=True))
    answer = ask(CONVERT, b"not a PDF")
    report(
        "forms: a conversion of something else",
        *told(answer, 500),
        {"message", "jobLog", "conversionLog"} - set(unwrapped(answer)) and answer.text[:300],
    )
    report("forms: a conversion to an unknown level", *told(ask(CONVERT, plain, compliance="PDFA_1A"), 400, status=400))


def batch(emulator):
    """The life of a configuration and of a run."""
    uri = "/conf/global/settings/forms/usc/batch/letters"
    source, destination = folder("batch-in"), folder("batch-out")
    with open(os.path.join(source, "people.xml"), "wb") as file:
        file.write(b"<people>" + letter("Sarah Rose") + letter("Jörg Müller") + b"</people>")
    requests.patch(
        emulator.url + "/_emu/aem/settings",
        json={"batch_record_ms": 150, "data_sources": {uri: {"source": source, "destination": destination}}},
        timeout=20,
    ).raise_for_status()
    config = {
        "configName": "letters", "dataSourceConfigUri": uri, "outputTypes": ["PDF", "PRINT"],
        "template": f"crx://{DAM}letter.xdp",
        "printedOutputOptionsList": [{"printConfig": {"renderType": "PCL", "xdcUri": "hppcl5e.xdc"}}],
    }

    def call(method, path, json=None):
        return emulator.session.request(method, emulator.aem + BATCH + path, json=json, timeout=20)

    answer = call("POST", "/config", config)
    report(
        "forms: batch, a configuration is made",
        *told(answer, 201),
        not answer.headers.get("Location", "").endswith("/config/letters") and f"Location {answer.headers.get('Location')}",
    )
    report("forms: batch, not twice", *told(call("POST", "/config", config), 409, status=409))
    report("forms: batch, it is read", *told(call("GET", "/config/letters"), 200, configName="letters", template=config["template"]))
    names = [entry["configName"] for entry in call("GET", "/configs").json()["data"]]
    report("forms: batch, it is listed", names != ["letters"] and f"names {names}")
    changed = config | {"pdfOutputOptions": {"locale": "de_DE"}}
    report("forms: batch, it is changed", *told(call("PUT", "/config/letters", changed), 200, pdfOutputOptions={"locale": "de_DE"}))
    answer = call("POST", "/config/letters/execution", {})
    execution = answer.headers.get("Location", "").rsplit("/", 1)[-1]
    report("forms: batch, a run begins", *told(answer, 202), answer.content and "a body", not execution and "no Location")
    path = f"/config/letters/execution/{execution}"
    states = [call("GET", path).json()]
    while states[-1].get("status") == "PROCESSING" and len(states) < 100:
        time.sleep(0.05)
        states.append(call("GET", path).json())
    last = states[-1]
    counts = {row["outputType"]: (row["inProgressCount"], row["successCount"], row["failureCount"]) for row in last.get("outputStatuses", [])}
    report(
        "forms: batch, the run is seen at work and ends with all records",
        states[0].get("status") != "PROCESSING" and f"at first {states[0]}",
        last.get("status") != "SUCCESS" and f"at last {last}",
        counts != {"PDF": (0, 2, 0), "PRINT": (0, 2, 0)} and f"counts {counts}",
        last.get("recordsCount") != 2 and f"recordsCount {last.get('recordsCount')}",
        last.get("endTime", -1) < last.get("startTime", 0) and "it ends before it begins",
    )
    report(
        "forms: batch, the results are in the folder",
        *unreadable(content(f"{destination}/pdf/success/record2.pdf"), 1, "Jörg Müller"),
        not content(f"{destination}/pcl/success/record1.pcl").startswith(b"\x1b") and f"no PCL: {os.listdir(destination)}",
    )
    runs = call("GET", "/config/letters/executions").json()["data"]
    report("forms: batch, the run is listed", [row["executionId"] for row in runs] != [execution] and f"runs {runs}")
    report("forms: batch, the configuration is deleted", *told(call("DELETE", "/config/letters"), 200, configName="letters"))
    report("forms: batch, it is gone", *told(call("GET", "/config/letters"), 404, status=404))


def inputs():
    """A folder as a program of the courses finds it. The name of a file is no ASCII."""
    place = folder("course")
    os.makedirs(place + "/data", exist_ok=True)
    for name, body in {
        "letter.xdp": example("letter.xdp"), "options.json": b'{"locale":"de_DE","embedFonts":true}',
        "data/jörg.xml": example("data/jörg.xml"), "data/sarah.xml": example("data/sarah.xml"),
        "book.ddx": ddx(
            '<PDF result="Büch.pdf"><Footer><Center><StyledText><p>Page <_PageNumber/> of <_LastPageNumber/></p>'
            '</StyledText></Center></Footer><PDF source="jörg.pdf"/><PDF source="sarah.pdf"/></PDF>'
        ),
    }.items():
        with open(os.path.join(place, name), "wb") as file:
            file.write(body)
    return place


PROGRAMS = {
    "fetch of node": ["node", "courses.mjs"],
    "curl": ["bash", "courses.sh"],
    "Apache HttpClient of Java": ["java", "-cp", os.environ.get("FORMS_CLASSPATH", ""), "Courses"],
}


def programs(emulator):
    """Each program merges every file of a folder, assembles the results, and converts the assembly."""
    place = inputs()
    for name, command in PROGRAMS.items():
        out = folder("course-" + command[0])
        problem = run([*command, place, out], AEM=emulator.aem, TOKEN=emulator.token)
        report(
            f"forms: {name} generates for a folder of files",
            problem,
            *unreadable(content(out + "/sarah.pdf"), 1, "Sarah Rose", "28.75"),
            *unreadable(content(out + "/jörg.pdf"), 1, "Große Straße 7"),
        )
        book = content(out + "/book.pdf")
        report(f"forms: {name} assembles and unwraps", *unreadable(book, 2, "Jörg", "Sarah", "Page 1 of 2", "Page 2 of 2"))
        report(f"forms: {name} converts to PDF/A", *unreadable(content(out + "/archive.pdf"), 2, "Sarah"))
        verdict = content(out + "/verdict.json")
        report(f"forms: {name} validates", verdict.replace(b" ", b"").strip() != b'{"isPDFA":true}' and f"{verdict!r}")
    sent = requests.get(emulator.url + "/_emu/requests?path=/adobe/forms/*", timeout=20).json()["requests"]
    fields = {tuple(field["name"] for field in entry["fields"]) for entry in sent if entry["path"] == GENERATE}
    report("forms: the journal shows the parts of the programs", ("template", "data", "options") not in fields and f"{fields}")


def main():
    with Forms("forms", groups=()) as emulator:
        refusals_before_rights(emulator)
        emulator.grant("forms-users", "administrators")
        for part in (generation, references, wrong_requests, assembly, pdfa, batch, programs):
            part(emulator)
    report("forms: the emulator ends with SIGTERM", emulator.code != 0 and f"exit {emulator.code}")
    finish()


main()
