'use strict'
// node --require ./hosts.js aio-lib-ims-s2s.js DOCUMENT - the token on stdout, or the message on stderr.
const fs = require('fs')
const { context, getToken } = require('@adobe/aio-lib-ims')

const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

async function main () {
  await context.set('interop', {
    env: 'prod',
    client_id: document.CLIENT_ID,
    client_secrets: document.CLIENT_SECRETS,
    technical_account_id: document.TECHNICAL_ACCOUNT_ID,
    technical_account_email: document.TECHNICAL_ACCOUNT_EMAIL,
    ims_org_id: document.ORG_ID,
    scopes: document.SCOPES
  })
  console.log(await getToken('interop'))
}

main().catch(error => { console.error(error.message); process.exitCode = 1 })
