// The journal of requests, and the tokens in it.

import { call, get } from "./api.js";
import { cell, drawRows, element, filled, onClick, onSubmit, say } from "./dom.js";

// The number of requests that the page shows.
const SHOWN = 200;

let filter = {};

function fields(request) {
  if (request.fields.length === 0) return "";
  const lines = request.fields.map(
    ({ name, type, size, sha256 }) => `${name ?? "body"}  ${type ?? ""}  ${size} bytes  sha256 ${sha256.slice(0, 12)}…`,
  );
  const details = element("details", {}, element("summary", {}, `${lines.length} field${lines.length > 1 ? "s" : ""}`));
  details.dataset.key = String(request.seq);
  details.append(...lines.map((line) => element("div", {}, line)));
  return details;
}

function row(request) {
  const isGood = request.status !== null && request.status < 400;
  const status = request.status ?? "none";
  return [
    cell(String(request.seq), "short"),
    cell(request.virtual_time.slice(5, 19).replace("T", " "), "short"),
    cell(`${request.method} ${request.path}`),
    cell(request.client_id),
    cell(request.grant, "short"),
    cell(request.fault ? `${status}, ${request.fault}` : String(status), isGood ? "short good" : "short bad"),
    cell(fields(request)),
  ];
}

function tokens(requests) {
  const issued = new Map();
  for (const request of requests) {
    if (!request.token_id) continue;
    const token = issued.get(request.token_id);
    if (token) token.used += 1;
    else if (request.grant && request.status === 200) issued.set(request.token_id, { ...request, used: 0 });
  }
  return [...issued.values()].reverse();
}

const tokenRow = (token) => [
  cell(token.token_id),
  cell(token.client_id),
  cell(token.grant, "short"),
  cell(token.virtual_time.slice(0, 19).replace("T", " "), "short"),
  cell(String(token.used)),
];

export async function refresh() {
  const query = new URLSearchParams(filter).toString();
  const { requests } = await get(query ? `requests?${query}` : "requests");
  drawRows("journal", requests.slice(-SHOWN).reverse(), row);
  if (!query) drawRows("token-list", tokens(requests).slice(0, SHOWN), tokenRow);
}

export function start() {
  onSubmit("journal-filter", async (form) => {
    const wanted = filled(form);
    await get(`requests?${new URLSearchParams(wanted)}`);
    filter = wanted;
    await refresh();
    say("");
  });
  onClick("journal-clear", async () => {
    await call("DELETE", "requests");
    await refresh();
    say("The journal is empty.");
  });
}
