// courses.mjs FOLDER OUT - what the courses do, with fetch, FormData and Blob of node.
// Generates for FOLDER/data/*.xml, assembles by FOLDER/book.ddx, converts to PDF/A and validates.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const [folder, out] = process.argv.slice(2);
const { AEM, TOKEN } = process.env;

async function part(path, type = "application/octet-stream") {
  return new Blob([await readFile(path)], { type });
}

async function post(path, form) {
  const answer = await fetch(AEM + path, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` }, body: form });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return { type: answer.headers.get("content-type"), body: Buffer.from(await answer.arrayBuffer()) };
}

// Returns the only part of a multipart answer.
function unwrap({ type, body }) {
  const boundary = "--" + /boundary="?([^";]+)"?/.exec(type)[1];
  const parts = body.toString("latin1").split(boundary).slice(1, -1);
  if (parts.length !== 1) throw new Error(`${parts.length} parts`);
  const start = parts[0].indexOf("\r\n\r\n") + 4;
  return Buffer.from(parts[0].slice(start, -2), "latin1");
}

const names = [];
for (const file of (await readdir(join(folder, "data"))).sort()) {
  const form = new FormData();
  form.append("template", await part(join(folder, "letter.xdp")), "letter.xdp");
  form.append("data", await part(join(folder, "data", file)), file);
  form.append("options", await part(join(folder, "options.json"), "application/json"), "options");
  const name = file.replace(".xml", ".pdf");
  await writeFile(join(out, name), (await post("/adobe/forms/doc/v1/generatePDFOutput", form)).body);
  names.push(name);
}

const assembly = new FormData();
assembly.append("ddx", await part(join(folder, "book.ddx"), "application/xml"), "book.ddx");
for (const name of names) assembly.append(name, await part(join(out, name)), name);
await writeFile(join(out, "book.pdf"), unwrap(await post("/adobe/forms/assembler/ddx/invoke", assembly)));

for (const [path, source, target] of [
  ["/adobe/forms/assembler/pdfa/convert", "book.pdf", "archive.pdf"],
  ["/adobe/forms/assembler/pdfa/validate", "archive.pdf", "verdict.json"],
]) {
  const form = new FormData();
  form.append("inDoc", await part(join(out, source), "application/pdf"), source);
  await writeFile(join(out, target), (await post(path, form)).body);
}
