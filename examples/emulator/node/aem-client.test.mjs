import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { AemClient } from './aem-client.mjs';
import { Emulator } from './emulator.mjs';

const EXCHANGE = { path: '/ims/exchange/jwt' };

let emulator;
let client;
let waits;

before(async () => { emulator = await Emulator.start(); });
after(() => emulator?.stop());

beforeEach(async () => {
  await emulator.control('POST', 'reset');
  // As an administrator of AEM does it.
  const account = emulator.ready.technical_account_id;
  await emulator.control('PUT', `aem/rights/${account}`, { groups: ['forms-users'] });
  waits = [];
  client = new AemClient({
    credentials: await emulator.credentials(),
    aem: emulator.url,
    ims: emulator.url,
    wait: async (milliseconds) => { waits.push(milliseconds); },
  });
});

test('one token serves many calls', async () => {
  await Promise.all([client.assets(), client.assets()]);
  const folder = await client.assets();
  assert.deepEqual(folder.class, ['assets/folder']);
  await emulator.control('POST', 'verify', { ...EXCHANGE, at_most: 1 });
  await emulator.control('POST', 'verify', { path: '/api/assets.json', status: 200, exactly: 3 });
});

test('an outage of IMS is survived', async () => {
  await emulator.control('POST', 'faults', { when: { ...EXCHANGE, times: 2 }, then: [{ status: 503 }] });
  await client.assets();
  assert.deepEqual(waits, [1000, 2000]);
  await emulator.control('POST', 'verify', { ...EXCHANGE, status: 503, exactly: 2 });
  await emulator.control('POST', 'verify', { ...EXCHANGE, status: 200, exactly: 1 });
});

test('a refusal is not repeated', async () => {
  await emulator.control('POST', 'faults', { when: EXCHANGE, then: [{ ims_error: 'invalid_client' }] });
  await assert.rejects(client.assets(), /invalid_client/);
  await emulator.control('POST', 'verify', { ...EXCHANGE, exactly: 1 });
});

test('an expired token is replaced', async () => {
  await client.assets();
  await emulator.control('POST', 'clock/advance', { seconds: 24 * 60 * 60 });
  await client.assets();
  await emulator.control('POST', 'verify', { ...EXCHANGE, exactly: 2 });
  await emulator.control('POST', 'verify', { path: '/api/assets.json', status: 401, exactly: 1 });
});

test('the exchange has the documented fields, and its token goes to AEM', async () => {
  await client.assets();
  const { requests } = await emulator.control('GET', 'requests');
  const [exchange, call] = requests;
  assert.deepEqual(exchange.fields.map(({ name }) => name).sort(), ['client_id', 'client_secret', 'jwt_token']);
  assert.equal(exchange.client_id, emulator.ready.client_id);
  assert.equal(call.token_id, exchange.token_id);
});
