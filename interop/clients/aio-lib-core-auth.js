'use strict'
// node --require ./hosts.js aio-lib-core-auth.js DOCUMENT - the token on stdout, or error and message on stderr.
const fs = require('fs')
const { generateAccessToken } = require('@adobe/aio-lib-core-auth')

const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

generateAccessToken({
  clientId: document.CLIENT_ID,
  clientSecret: document.CLIENT_SECRETS[0],
  orgId: document.ORG_ID,
  scopes: document.SCOPES
}, 'prod').then(
  answer => console.log(answer.access_token),
  error => { console.error(`${error.sdkDetails?.error}: ${error.message}`); process.exitCode = 1 }
)
