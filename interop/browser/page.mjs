// node page.mjs URL [FOLDER] - uses the page of the emulator by the keyboard, as a person does, and prints each check as a
// line of JSON: its name, and what is wrong with it if anything is. FOLDER gets screenshots.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(new URL('../clients/', import.meta.url))
const { chromium } = require('playwright-core')

const [url, folder] = process.argv.slice(2)
const say = (name, ...wrong) => console.log(JSON.stringify({ name, wrong: wrong.filter(Boolean) }))
const emulator = async (path, options) => (await fetch(url + path, options)).json()

// Moves the focus from where it is to the element that matches, by the key Tab alone.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return
  }
  throw new Error(`Tab does not reach ${selector}`)
}

const message = (page) => page.locator('#message').innerText()

async function journal(page) {
  await fetch(`${url}/ims/token/v3`, { method: 'POST', body: new URLSearchParams({ client_id: '<b>client!+ID</b>', client_secret: 'SECRET?%&=ü', grant_type: 'client_credentials' }) })
  const row = page.locator('#journal tr').first()
  await row.getByText('POST /ims/token/v3').waitFor()
  const text = await row.innerText()
  say('page: the journal shows a request as it comes', !text.includes('<b>client!+ID</b>') && text, text.includes('SECRET') && 'it shows a secret')
  await tabTo(page, '#journal summary')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(1500)
  const open = await page.locator('#journal details[open]').innerText()
  say('page: the fields of a request stay open', !/client_secret .*sha256/.test(open) && open)
}

async function clock(page) {
  const before = Date.parse((await emulator('/_emu/clock')).now)
  await tabTo(page, '#clock-advance button')
  await page.keyboard.press('Enter')
  await page.getByText('The clock is now at').waitFor()
  const after = Date.parse((await emulator('/_emu/clock')).now)
  await tabTo(page, '#clock-freeze')
  await page.keyboard.press('Space')
  await page.getByText('The clock stands still.').waitFor()
  const { frozen } = await emulator('/_emu/clock')
  say('page: the clock advances and freezes', after - before < 86_400_000 && `it advanced by ${after - before} ms`, !frozen && 'it runs')
}

async function faults(page) {
  await tabTo(page, '#fault-add button')
  await page.keyboard.press('Enter')
  await page.getByText('acts on the requests that fit').waitFor()
  const { status } = await fetch(`${url}/ims/keys`)
  await page.locator('#fault-list tr', { hasText: 'fault-1' }).getByRole('cell', { name: '1', exact: true }).first().waitFor()
  await tabTo(page, '#fault-list button')
  await page.keyboard.press('Enter')
  await page.getByText('fault-1 is removed.').waitFor()
  const { faults } = await emulator('/_emu/faults')
  say('page: a fault acts until it is removed', status !== 503 && `the answer was ${status}`, faults.length && 'it is still there')
  await page.locator('#faults summary').click()
  await page.locator('#fault-text').fill('{"then":[{"statsu":503}]}')
  await page.locator('#fault-json button').click()
  await page.getByText('then[0].statsu').waitFor()
  say('page: an error of the remote control is shown')
}

async function accounts(page) {
  await page.locator('#account-add [name=client_id]').fill('page!+account')
  await page.keyboard.press('Enter')
  await page.locator('#account-document').getByText('BEGIN RSA PRIVATE KEY').waitFor()
  const row = page.locator('#account-list tr', { hasText: 'page!+account' })
  await row.waitFor()
  await page.locator('#account-document').getByRole('button', { name: 'Close' }).click()
  page.once('dialog', (dialog) => dialog.accept())
  await row.getByRole('button', { name: 'Delete' }).press('Enter')
  await row.waitFor({ state: 'detached' })
  say('page: an account is registered and deleted')
}

async function clients(page) {
  await page.locator('#client-add [name=client_id]').fill('page!+client')
  await page.keyboard.press('Enter')
  await page.locator('#client-document').waitFor()
  const first = await page.locator('#client-document pre').innerText()
  const row = page.locator('#client-list tr', { hasText: 'page!+client' })
  await row.getByRole('button', { name: 'New secret' }).press('Enter')
  await page.locator('#client-document').getByText('The new secret').waitFor()
  const second = await page.locator('#client-document pre').innerText()
  const grant = (client_secret) => fetch(`${url}/ims/token/v3`, { method: 'POST', body: new URLSearchParams({ client_id: 'page!+client', client_secret, grant_type: 'client_credentials', scope: 'openid' }) })
  const answers = [(await grant(first)).status, (await grant(second)).status]
  say('page: both secrets of a client work', answers.some((status) => status !== 200) && `the answers were ${answers}`)
  await page.locator('#token-list tr', { hasText: 'page!+client' }).first().waitFor()
  say('page: an issued token is listed')
}

async function tokens(page) {
  await page.locator('#token-add [name=fault]').selectOption({ label: 'expired' })
  await page.locator('#token-add button').press('Enter')
  await page.locator('#token-made pre').waitFor()
  const token = await page.locator('#token-made pre').innerText()
  const { status } = await fetch(`${url}/ims/profile/v1`, { headers: { Authorization: `Bearer ${token}` } })
  say('page: an expired token is made', status !== 401 && `a profile answered with ${status}`)
}

async function screenshots(browser) {
  for (const [name, colorScheme, width] of [['light', 'light', 1280], ['dark', 'dark', 1280], ['narrow', 'light', 400]]) {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true, colorScheme, viewport: { width, height: 900 } })).newPage()
    await page.goto(`${url}/_emu/`)
    await page.locator('#account-list tr').first().waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    say(`page: it fits ${width} pixels (${name})`, overflow > 0 && `it is ${overflow} pixels too wide`)
    if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
    await page.context().close()
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
})
try {
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  page.setDefaultTimeout(10_000)
  const elsewhere = []
  const complaints = []
  page.on('request', (request) => new URL(request.url()).origin === new URL(url).origin || request.url().startsWith('data:') || elsewhere.push(request.url()))
  page.on('console', (line) => line.type() === 'error' && !line.text().includes('400') && complaints.push(line.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${url}/_emu/`)
  await page.getByText('live', { exact: true }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const landed = await page.evaluate(() => location.hash)
  say('page: the first key leads to the requests', landed !== '#requests' && `it leads to ${landed || 'the start'}`)
  for (const check of [journal, clock, faults, accounts, clients, tokens]) await check(page)
  await screenshots(browser)
  page.once('dialog', (dialog) => dialog.accept())
  await page.locator('#reset').press('Enter')
  await page.getByText('All is as at the start.').waitFor()
  const { frozen } = await emulator('/_emu/clock')
  say('page: a reset brings back the start', frozen && 'the clock stands still', (await message(page)) === '' && 'it says nothing')
  say('page: nothing comes from elsewhere', ...elsewhere)
  say('page: the browser has no complaint', ...complaints)
} finally {
  await browser.close()
}
