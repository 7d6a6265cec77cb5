'use strict'
// node --require ./hosts.js aio-lib-ims.js DOCUMENT - the token on stdout, or the message on stderr.
const fs = require('fs')
const { context, getToken } = require('@adobe/aio-lib-ims')

const { integration } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

async function main () {
  await context.set('interop', {
    env: process.env.IMS_ENV || 'prod',
    client_id: integration.technicalAccount.clientId,
    client_secret: integration.technicalAccount.clientSecret,
    technical_account_id: integration.id,
    ims_org_id: integration.org,
    meta_scopes: integration.metascopes.split(','),
    private_key: integration.privateKey
  })
  console.log(await getToken('interop'))
}

main().catch(error => { console.error(error.message); process.exitCode = 1 })
