// The virtual time.

import { call, get } from "./api.js";
import { byId, filled, onClick, onSubmit, say } from "./dom.js";

let clock = null;

function draw(answer) {
  clock = answer;
  const now = byId("now");
  now.textContent = answer.now.replace("T", " ").replace(/\.\d+Z$/, "Z");
  now.dateTime = answer.now;
  const pace = byId("pace");
  pace.hidden = !answer.frozen && answer.rate === 1;
  pace.textContent = answer.frozen ? "frozen" : `× ${answer.rate}`;
  const freeze = byId("clock-freeze");
  freeze.setAttribute("aria-pressed", String(answer.frozen));
}

export async function refresh() {
  draw(await get("clock"));
}

export function start() {
  onSubmit("clock-advance", async (form) => {
    const seconds = Number(form.get("amount")) * Number(form.get("unit"));
    draw(await call("POST", "clock/advance", { seconds }));
    say(`The clock is now at ${clock.now}.`);
  });
  onClick("clock-freeze", async () => {
    draw(await call("PATCH", "clock", { frozen: !clock?.frozen }));
    say(clock.frozen ? "The clock stands still." : "The clock runs.");
  });
  onSubmit("clock-set", async (form, element) => {
    const { now, rate, offset_seconds } = filled(form);
    const changes = { now };
    if (rate) changes.rate = Number(rate);
    if (offset_seconds) changes.offset_seconds = Number(offset_seconds);
    draw(await call("PATCH", "clock", changes));
    element.reset();
    say(`The clock is at ${clock.now}.`);
  });
}
