// Faults on demand.

import { call, get } from "./api.js";
import { cell, drawRows, filled, onClick, onSubmit, rowButton, say } from "./dom.js";

const row = (fault) => [
  cell(fault.id, "short"),
  cell(JSON.stringify(fault.when)),
  cell(fault.then.map((step) => JSON.stringify(step)).join(" ")),
  cell(String(fault.matched)),
  cell(String(fault.acted)),
  cell(
    rowButton("Remove", fault.id, async () => {
      await call("DELETE", `faults/${encodeURIComponent(fault.id)}`);
      await refresh();
      say(`${fault.id} is removed.`);
    }),
  ),
];

async function add(fault) {
  const { id } = await call("POST", "faults", fault);
  await refresh();
  say(`${id} acts on the requests that fit.`);
}

export async function refresh() {
  const { faults } = await get("faults");
  drawRows("fault-list", faults, row);
}

export function start() {
  onSubmit("fault-add", async (form) => {
    const { path, times, step } = filled(form);
    const when = { path };
    if (times) when.times = Number(times);
    await add({ when, then: [JSON.parse(step)] });
  });
  onSubmit("fault-json", (form) => add(JSON.parse(form.get("text"))));
  onClick("faults-clear", async () => {
    await call("DELETE", "faults");
    await refresh();
    say("All faults are removed.");
  });
}
