// Technical accounts, OAuth clients, and tokens made for them.

import { call, get } from "./api.js";
import { byId, cell, drawRows, element, filled, onSubmit, rowButton, say, showDocument } from "./dom.js";

const pretty = (value) => JSON.stringify(value, null, 2);
const list = (text) => text.split(/[\s,]+/).filter(Boolean);

function remove(kind, id) {
  return rowButton("Delete", id, async () => {
    if (!confirm(`Delete ${id}? Its tokens end.`)) return;
    await call("DELETE", `${kind}/${encodeURIComponent(id)}`);
    await refresh();
    say(`${id} is deleted.`);
  });
}

const certificate = ({ fingerprint, not_after, current }) =>
  element(
    "div",
    { title: fingerprint },
    `${fingerprint.slice(0, 12)}… until ${not_after.slice(0, 10)}${current ? " (current)" : ""}`,
  );

const accountRow = (account) => [
  cell(account.client_id),
  cell(account.technical_account_id),
  cell(account.metascopes.join(" ")),
  cell(element("div", {}, ...account.certificates.map(certificate))),
  cell(
    element(
      "div",
      { className: "bar" },
      rowButton("New certificate", `${account.client_id} certificate`, async () => {
        const made = await call("POST", `accounts/${encodeURIComponent(account.client_id)}/certificates`, {});
        showDocument("account-document", "The new credential document", pretty(made.document));
        await refresh();
      }),
      remove("accounts", account.client_id),
    ),
  ),
];

const clientRow = (client) => [
  cell(client.client_id),
  cell(client.grants.join(" ")),
  cell(client.scopes.join(" ")),
  cell(client.public ? "public" : String(client.secrets.count)),
  cell(
    element(
      "div",
      { className: "bar" },
      ...(client.public
        ? []
        : [
            rowButton("New secret", `${client.client_id} secret`, async () => {
              const made = await call("POST", `clients/${encodeURIComponent(client.client_id)}/secrets`, {});
              showDocument("client-document", "The new secret", made.client_secret);
              await refresh();
            }),
          ]),
      remove("clients", client.client_id),
    ),
  ),
];

// Offers the accounts and clients for a token, and keeps the choice.
function drawOwners(accounts, clients) {
  const select = byId("token-add").elements.owner;
  const owners = [
    ...accounts.map(({ client_id }) => ({ account: client_id })),
    ...clients.filter((client) => !client.public).map(({ client_id }) => ({ client: client_id })),
  ].map((owner) => JSON.stringify(owner));
  if (owners.join() === [...select.options].map((option) => option.value).join()) return;
  const chosen = select.value;
  const options = owners.map((value) =>
    element("option", { value }, Object.entries(JSON.parse(value)).flat().join(" ")),
  );
  select.replaceChildren(...options);
  if (owners.includes(chosen)) select.value = chosen;
}

export async function refresh() {
  const [{ accounts }, { clients }] = await Promise.all([get("accounts"), get("clients")]);
  drawRows("account-list", accounts, accountRow);
  drawRows("client-list", clients, clientRow);
  drawOwners(accounts, clients);
}

export function start() {
  onSubmit("account-add", async (form, place) => {
    const { client_id, metascopes } = filled(form);
    const wanted = { client_id };
    if (metascopes) wanted.metascopes = list(metascopes);
    const made = await call("POST", "accounts", wanted);
    showDocument("account-document", `The credential document of ${made.client_id}`, pretty(made.document));
    place.reset();
    await refresh();
    say(`${made.client_id} is registered.`);
  });
  onSubmit("client-add", async (form, place) => {
    const { client_id, kind } = filled(form);
    const made = await call("POST", "clients", { client_id, public: kind === "public" });
    if (made.client_secret) {
      showDocument("client-document", `The secret of ${made.client_id}`, made.client_secret);
    }
    place.reset();
    await refresh();
    say(`${made.client_id} is registered.`);
  });
  onSubmit("token-add", async (form) => {
    const wanted = { ...JSON.parse(form.get("owner")), ...JSON.parse(form.get("fault")) };
    const made = await call("POST", "tokens", wanted);
    showDocument("token-made", "The access token", made.access_token);
  });
}
