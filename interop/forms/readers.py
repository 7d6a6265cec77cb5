"""PDF readers of other makers read what the emulator makes, and the emulator reads the PDF files of other makers."""

import functools
import io
import json

import pikepdf
import pypdf
from PIL import Image
from reportlab.lib.pagesizes import A4, A6, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from shared import (
    CONVERT, GREETINGS, READERS, VALIDATE, Forms, ddx, letter, pypdf_pages, syntax, unreadable,
)
from checks import finish, report


def opened(body, **more):
    return pikepdf.open(io.BytesIO(body), **more)


def fonts(pdf):
    """Every font of the pages, with the descendants of the composed ones."""
    for page in pdf.pages:
        for font in page.resources.get("/Font", {}).values():
            yield from font.get("/DescendantFonts", [font])


def embedded(font):
    return any(f"/FontFile{kind}" in font.get("/FontDescriptor", {}) for kind in ("", "2", "3"))


def values(emulator):
    for greeting in GREETINGS:
        for how, options in {"": {}, ", fonts embedded": {"embedFonts": True}, ", tagged": {"isTagged": True}}.items():
            answer = emulator.generate(letter(greeting, text=f"[{greeting}]"), options=options)
            report(
                f"forms: every reader finds {greeting!r}{how}",
                *unreadable(answer.content, 1, greeting, f"[{greeting}]", "Springfield"),
            )


def pages(emulator):
    for items in (1, 40, 400):
        answer = emulator.generate(letter("Sarah", items=items), headers={"Accept": "multipart/mixed"})
        body = answer.content[answer.content.index(b"%PDF") :]
        body = body[: body.rindex(b"%%EOF") + 6]
        said = json.loads(answer.content[answer.content.rindex(b"{") :].split(b"\r\n")[0])["pageCount"]
        report(
            f"forms: {items} items, every reader counts the pages of the metadata",
            (items > 1) != (int(said) > 1) and f"{said} pages",
            *unreadable(body, int(said), *(f"Month {n}" for n in range(1, items + 1, 13))),
        )


def flags(emulator):
    def made(**options):
        return emulator.generate(letter("Grüße 日本"), options=options).content

    with opened(made()) as pdf:
        report(
            "forms: without options",
            pdf.is_linearized and "linearized",
            "/MarkInfo" in pdf.Root and "tagged",
            any(embedded(font) for font in fonts(pdf) if font.Subtype == "/Type1") and "a base font is embedded",
        )
    with opened(made(isTagged=True, locale="de_DE")) as pdf:
        report(
            "forms: isTagged, locale",
            not pdf.Root.get("/MarkInfo", {}).get("/Marked") and "not marked",
            "/StructTreeRoot" not in pdf.Root and "no structure",
            str(pdf.Root.get("/Lang", "")).replace("_", "-") != "de-DE" and f"Lang {pdf.Root.get('/Lang')}",
            "/StructParents" not in pdf.pages[0] and "the page has no StructParents",
        )
    with opened(made(embedFonts=True)) as pdf:
        all_fonts = list(fonts(pdf))
        report(
            "forms: embedFonts",
            not all_fonts and "no fonts",
            *(f"{font.BaseFont} is not embedded" for font in all_fonts if not embedded(font)),
        )
    for name, options in {"linearizedPDF": {}, "linearizedPDF with all others": {"isTagged": True, "embedFonts": True}}.items():
        body = made(linearizedPDF=True, **options)
        with opened(body) as pdf:
            report(f"forms: {name}", not pdf.is_linearized and "not linearized", *syntax(body))
    for version, number in {"Acrobat_10": "1.7", "Acrobat_11": "1.7"}.items():
        with opened(made(acrobatVersion=version)) as pdf:
            report(f"forms: acrobatVersion {version}", pdf.pdf_version != number and f"PDF {pdf.pdf_version}")


def by_reportlab(*texts, size=A4, **more):
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=size, **more)
    for text in texts:
        page.drawString(50, 50, text)
        page.showPage()
    page.save()
    return out.getvalue()


def rewritten(body, **how):
    out = io.BytesIO()
    with opened(body) as pdf:
        pdf.save(out, **how)
    return out.getvalue()


def by_pypdf(body, change=lambda writer: None):
    writer, out = pypdf.PdfWriter(clone_from=io.BytesIO(body)), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def updated(body):
    """A file with a second revision behind the first."""
    writer, out = pypdf.PdfWriter(io.BytesIO(body), incremental=True), io.BytesIO()
    writer.add_metadata({"/Title": "second revision"})
    writer.write(out)
    return out.getvalue()


def inherited(body, **more):
    """Pages whose size and resources, and what else is said, stand in a node above them."""
    out = io.BytesIO()
    with opened(body) as pdf:
        node = pdf.Root.Pages
        for page in pdf.pages:
            for key in ("/MediaBox", "/Resources", "/Rotate"):
                if key in page.obj:
                    node[key] = page.obj[key]
                    del page.obj[key]
        for key, value in more.items():
            node["/" + key] = value
        pdf.save(out)
    return out.getvalue()


def with_link_and_image(address):
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawImage(ImageReader(Image.new("RGB", (8, 8), "red")), 50, 50)
    page.linkURL(address, (50, 50, 90, 90))
    page.showPage()
    page.save()
    return out.getvalue()


def with_field(value):
    """A form of AcroForm with one filled field."""
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(50, 50, "a form")
    page.acroForm.textfield(name="town", value=value, x=50, y=100, width=200, height=20)
    page.showPage()
    page.save()
    return out.getvalue()


@functools.cache
def foreign():
    """One file for each way in which makers write PDF files, and the texts of its two pages."""
    texts = ("Alpha page", "Beta page")
    plain = by_reportlab(*texts)
    streams = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True}
    return {
        "reportlab": plain,
        "reportlab, compressed": by_reportlab(*texts, pageCompression=1),
        "reportlab, landscape": by_reportlab(*texts, size=landscape(A6)),
        "pypdf": by_pypdf(plain),
        "pypdf, two revisions": updated(plain),
        "qpdf, object streams": rewritten(plain, **streams),
        "qpdf, linearized": rewritten(plain, linearize=True),
        "qpdf, linearized with object streams": rewritten(plain, linearize=True, **streams),
        "qpdf, QDF": rewritten(plain, qdf=True),
        "qpdf, PDF 1.3 without compression": rewritten(plain, force_version="1.3", stream_decode_level=pikepdf.StreamDecodeLevel.all),
        "inherited attributes": inherited(plain),
        "bytes before the head": b"junk\n" + plain,
    }


def foreign_files(emulator):
    template = letter("Sarah Rose")
    ours = emulator.generate(template).content
    joined = ddx('<PDF result="all.pdf"><PDF source="a.pdf"/><PDF source="ours.pdf"/></PDF>')
    second = ddx('<PDF result="all.pdf"><PDF source="ours.pdf"/><PDF source="a.pdf" pages="2"/></PDF>')
    for name, body in foreign().items():
        merged = one(emulator.assemble(joined, **{"a.pdf": body, "ours.pdf": ours}))
        report(f"forms: merged with a file of {name}", *unreadable(merged, 3, "Alpha page", "Beta page", "Sarah Rose"))
        page = one(emulator.assemble(second, **{"a.pdf": body, "ours.pdf": ours}))
        left = "Alpha page" in "".join(pypdf_pages(page)) if page.startswith(b"%PDF") else True
        report(f"forms: its second page only: {name}", *unreadable(page, 2, "Beta page", "Sarah Rose"), left and "page 1 is there")
    merged = one(emulator.assemble(joined, **{"a.pdf": inherited(by_reportlab("Alpha", size=A6), Rotate=90), "ours.pdf": ours}))
    with opened(merged) as pdf:
        report(
            "forms: a merged page keeps its size and its rotation",
            int(pdf.pages[0].obj.get("/Rotate", 0)) != 90 and "no rotation",
            [round(float(n)) for n in pdf.pages[0].mediabox][2:] != [round(n) for n in A6] and f"{pdf.pages[0].mediabox}",
            "/Rotate" in pdf.pages[1].obj and int(pdf.pages[1].obj.Rotate) and "the other page is rotated",
        )
    address = "https://example.com/"
    merged = one(emulator.assemble(joined, **{"a.pdf": with_link_and_image(address), "ours.pdf": ours}))
    page = pypdf.PdfReader(io.BytesIO(merged)).pages[0]
    links = [note.get_object()["/A"]["/URI"] for note in page.get("/Annots", [])]
    report(
        "forms: a merged page keeps its image and its link",
        [image.image.size for image in page.images] != [(8, 8)] and "no image",
        links != [address] and f"links {links}",
    )
    merged = one(emulator.assemble(joined, **{"a.pdf": with_field("Springfield"), "ours.pdf": ours}))
    fields = pypdf.PdfReader(io.BytesIO(merged)).get_form_text_fields()
    report("forms: a merged form keeps the value of its field", fields != {"town": "Springfield"} and f"fields {fields}")


def one(answer):
    """The document of an assembly: its only part."""
    if answer.status_code != 200:
        return answer.content
    boundary = answer.headers["Content-Type"].split("boundary=")[1].strip('"').encode()
    (part,) = answer.content.split(b"--" + boundary)[1:-1]
    return part.split(b"\r\n\r\n", 1)[1][:-2]


def protected_files(emulator):
    plain = by_reportlab("Secret page")
    joined = ddx('<PDF result="all.pdf"><PDF source="a.pdf"/></PDF>')
    for name, strength in {"RC4": {"R": 3, "aes": False, "metadata": False}, "AES": {"R": 6}}.items():
        body = rewritten(plain, encryption=pikepdf.Encryption(user="door", owner="key", **strength))
        answer = emulator.assemble(joined, **{"a.pdf": body})
        report(
            f"forms: a file with a password ({name}) is refused with its name",
            answer.status_code != 500 and f"status {answer.status_code}",
            "a.pdf" not in answer.text and answer.text,
            "encrypt" not in answer.text.lower() and "password" not in answer.text.lower() and answer.text,
        )


def looks(emulator):
    ours = emulator.generate(letter("Sarah Rose")).content
    document = ddx(
        '<PDF result="all.pdf"><Title value="Grüße"/><Footer><Center><StyledText><p>Page <_PageNumber/> of <_LastPageNumber/></p>'
        '</StyledText></Center></Footer><Watermark><StyledText><p>ENTWURF für 日本</p></StyledText></Watermark>'
        '<PDF source="a.pdf" bookmarkTitle="Kapitel Ä"/><PDF source="ours.pdf" bookmarkTitle="Letter"/></PDF>'
    )
    body = one(emulator.assemble(document, **{"a.pdf": by_reportlab("Alpha"), "ours.pdf": ours}))
    reader = pypdf.PdfReader(io.BytesIO(body))
    outline = [(entry.title, reader.get_destination_page_number(entry)) for entry in reader.outline]
    report(
        "forms: title, footer, watermark and bookmarks",
        *unreadable(body, 2, "Page 1 of 2", "Page 2 of 2", "ENTWURF für 日本"),
        reader.metadata.title != "Grüße" and f"title {reader.metadata.title}",
        outline != [("Kapitel Ä", 0), ("Letter", 1)] and f"outline {outline}",
    )


def pdfa(emulator):
    ours = emulator.generate(letter("Jörg 日本 😀"), options={"embedFonts": True}).content
    sources = {"ours": (ours, "Jörg"), "reportlab": (by_reportlab("Alpha"), "Alpha"), "qpdf": (foreign()["qpdf, object streams"], "Beta")}
    for name, (body, text) in sources.items():
        for level, status in {"PDFA_1B": "1B", "PDFA_2B": "2B", "PDFA_3B": "3B"}.items():
            options = json.dumps({"compliance": level})
            form = [("inDoc", ("in.pdf", body, "application/pdf")), ("options", ("options", options, "application/json"))]
            answer = emulator.post(CONVERT, form)
            if answer.status_code != 200:
                report(f"forms: {name} becomes {level}", f"status {answer.status_code}: {answer.text[:300]}")
                continue
            with opened(answer.content) as pdf:
                report(
                    f"forms: {name} becomes {level}: pikepdf reads the mark, an output intent and embedded fonts",
                    pdf.open_metadata().pdfa_status != status and f"status {pdf.open_metadata().pdfa_status!r}",
                    "/OutputIntents" not in pdf.Root and "no output intent",
                    *(f"{font.BaseFont} is not embedded" for font in fonts(pdf) if not embedded(font)),
                    *unreadable(answer.content, len(pdf.pages), text),
                )
    broken = rewritten(by_reportlab("Alpha"), encryption=pikepdf.Encryption(user="", owner="key", R=6))
    answer = emulator.post(CONVERT, [("inDoc", ("in.pdf", broken, "application/pdf"))])
    report("forms: an encrypted file becomes no PDF/A", answer.status_code != 500 and f"status {answer.status_code}")
    # A mark alone is not enough.
    with opened(by_reportlab("Alpha")) as pdf:
        with pdf.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"
        out = io.BytesIO()
        pdf.save(out)
    answer = emulator.post(VALIDATE, [("inDoc", ("in.pdf", out.getvalue(), "application/pdf"))])
    report("forms: a mark without fonts and output intent is no PDF/A", answer.json() != {"isPDFA": False} and answer.text)


def main():
    with Forms("forms-readers") as emulator:
        for part in (values, pages, flags, foreign_files, protected_files, looks, pdfa):
            part(emulator)
    print(f"forms: the readers are {', '.join(READERS)}, and qpdf {pikepdf.__libqpdf_version__} through pikepdf", flush=True)
    finish()


main()
