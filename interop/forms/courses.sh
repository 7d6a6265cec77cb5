#!/bin/bash
# courses.sh FOLDER OUT - what the courses do, with curl -F.
# Generates for FOLDER/data/*.xml, assembles by FOLDER/book.ddx, converts to PDF/A and validates.
set -euo pipefail
folder=$1 out=$2

post() { # post PATH CURL_FLAG…
    curl --silent --show-error --fail-with-body -H "Authorization: Bearer $TOKEN" "${@:2}" "$AEM$1"
}

sources=()
for data in "$folder"/data/*.xml; do
    pdf=$out/$(basename "$data" .xml).pdf
    post /adobe/forms/doc/v1/generatePDFOutput -F "template=@$folder/letter.xdp" -F "data=@$data" \
        -F "options=@$folder/options.json;type=application/json;filename=options" >"$pdf"
    sources+=(-F "$(basename "$pdf")=@$pdf")
done

post /adobe/forms/assembler/ddx/invoke -D "$out/head" -F "ddx=@$folder/book.ddx;type=application/xml" "${sources[@]}" >"$out/body"
# curl does not unwrap.
python3 - "$out/head" "$out/body" <<'UNWRAP' >"$out/book.pdf"
import email, sys
head = next(line for line in open(sys.argv[1], newline="") if line.lower().startswith("content-type"))
parts = email.message_from_bytes(head.encode() + b"\r\n" + open(sys.argv[2], "rb").read()).get_payload()
assert len(parts) == 1, parts
sys.stdout.buffer.write(parts[0].get_payload(decode=True))
UNWRAP

post /adobe/forms/assembler/pdfa/convert -F "inDoc=@$out/book.pdf" -o "$out/archive.pdf"
post /adobe/forms/assembler/pdfa/validate -F "inDoc=@$out/archive.pdf;type=application/pdf" -o "$out/verdict.json"
