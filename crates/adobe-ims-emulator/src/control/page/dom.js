// Elements, tables that keep the focus, and the message line.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const cell = (content, className = "") => element("td", { className }, content ?? "");

export function say(text, isError = false) {
  const message = byId("message");
  message.textContent = text;
  message.classList.toggle("error", isError);
}

// Calls an action, and says what went wrong.
export async function act(action) {
  try {
    await action();
  } catch (error) {
    say(error.message, true);
  }
}

export function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(() => action(new FormData(event.target), event.target));
  });
}

export const onClick = (id, action) => byId(id).addEventListener("click", () => act(action));

// A button in a row. The key lets it keep the focus when the table is drawn again.
export function rowButton(text, key, action) {
  const button = element("button", { type: "button" }, text);
  button.dataset.key = key;
  button.addEventListener("click", () => act(action));
  return button;
}

const drawn = new Map();

// Draws the rows of a table, if they have changed.
export function drawRows(id, items, toCells) {
  const text = JSON.stringify(items);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const body = byId(id);
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const open = new Set([...body.querySelectorAll("details[open]")].map((found) => found.dataset.key));
  body.replaceChildren(...items.map((item) => element("tr", {}, ...toCells(item))));
  for (const details of body.querySelectorAll("details")) details.open = open.has(details.dataset.key);
  if (focused) body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  const empty = byId(`${id}-empty`);
  if (empty) empty.hidden = items.length > 0;
}

// Shows a document that the emulator shows once.
export function showDocument(id, title, text) {
  const copy = element("button", { type: "button" }, "Copy");
  copy.addEventListener("click", () =>
    act(async () => {
      await navigator.clipboard.writeText(text);
      say("Copied.");
    }),
  );
  const close = element("button", { type: "button" }, "Close");
  const place = byId(id);
  close.addEventListener("click", () => {
    place.hidden = true;
    place.replaceChildren();
  });
  place.replaceChildren(element("strong", {}, title), element("pre", {}, text), copy, " ", close);
  place.hidden = false;
}

// Returns the fields of a form that are not empty.
export const filled = (form) => Object.fromEntries([...form].filter(([, value]) => value !== ""));
