// node sign-in.mjs ACTION… - acts as a person at a headless browser. It opens the URL from stdin, runs the action,
// and prints the text of the last page and its address as JSON. ACTION is one of:
//   sign-in EMAIL
//   cancel
//   close
//   other-state EMAIL: signs in, but the state is changed on the way back
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(new URL('../clients/', import.meta.url))
const { chromium } = require('playwright-core')

const [does, email] = process.argv.slice(2)
const url = readFileSync(0, 'utf8').trim()

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  // Chromium sends nothing in the background: only this machine is reachable.
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
})
try {
  // The emulator's CA is made for one run. The other clients check it.
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  if (does === 'other-state') {
    await page.route('**/ims/authorize/sign_in', async (route) => {
      const response = await route.fetch({ maxRedirects: 0 })
      const back = new URL(response.headers().location)
      back.searchParams.set('state', 'somebody-elses')
      await route.fulfill({ status: 302, headers: { location: back.href } })
    })
  }
  await page.goto(url)
  if (does !== 'close') {
    if (email) await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: does === 'cancel' ? 'Cancel' : 'Sign in' }).click()
    await page.waitForLoadState()
    // The address bar ends up in the history of the browser.
    const { search, hash } = new URL(page.url())
    console.log(JSON.stringify({ page: await page.locator('body').innerText(), address: search + hash }))
  }
} finally {
  await browser.close()
}
