// Draws the page, and draws it again each second while it is visible.

import { call, get } from "./api.js";
import * as clock from "./clock.js";
import { act, byId, cell, drawRows, onClick, say } from "./dom.js";
import * as faults from "./faults.js";
import * as journal from "./journal.js";
import * as registry from "./registry.js";

const INTERVAL_MS = 1000;
const sections = [clock, journal, faults, registry];

async function refreshHealth() {
  const health = await get("health");
  byId("issued").textContent = health.tokens_minted;
  byId("version").textContent = health.version;
}

async function drawRemoteControl() {
  const { requests } = await get("");
  drawRows("api-list", requests, ({ methods, path, effect }) => [
    cell(methods, "short"),
    cell(path),
    cell(effect, "prose"),
  ]);
}

async function refresh() {
  await Promise.all([refreshHealth(), ...sections.map((section) => section.refresh())]);
}

async function refreshAndRepeat() {
  const connection = byId("connection");
  try {
    if (!document.hidden) {
      await refresh();
      connection.textContent = "live";
    }
  } catch (error) {
    connection.textContent = "no answer from the emulator";
    console.warn(error);
  }
  setTimeout(refreshAndRepeat, INTERVAL_MS);
}

byId("address").textContent = location.origin;
for (const section of sections) section.start();
onClick("reset", async () => {
  if (!confirm("Reset registrations, tokens, faults, journal and clock to the start?")) return;
  await call("POST", "reset");
  await refresh();
  say("All is as at the start.");
});
act(drawRemoteControl);
refreshAndRepeat();
