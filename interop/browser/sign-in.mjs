// node sign-in.mjs DOES… - a person at a headless browser: opens the URL on stdin, does what is said, and
// prints, as JSON, what the last page shows and what its address keeps. DOES is `sign-in EMAIL`, `cancel`, `close`, or `other-state` (signs in, but
// somebody has exchanged the state on the way back).
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(new URL('../clients/', import.meta.url))
const { chromium } = require('playwright-core')

const [does, email] = process.argv.slice(2)
const url = readFileSync(0, 'utf8').trim()

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  // Nothing in the background: this machine is all that there is.
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
})
try {
  // The emulator's CA is made for one run; that it is the right one is checked by the other clients.
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
    // What stays in the address bar stays in the history.
    const { search, hash } = new URL(page.url())
    console.log(JSON.stringify({ page: await page.locator('body').innerText(), address: search + hash }))
  }
} finally {
  await browser.close()
}
