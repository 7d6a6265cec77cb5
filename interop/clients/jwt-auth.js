'use strict'
// node jwt-auth.js DOCUMENT URL - the token on stdout, or code and message on stderr.
const fs = require('fs')
const auth = require('@adobe/jwt-auth')

const { integration } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

auth({
  clientId: integration.technicalAccount.clientId,
  clientSecret: integration.technicalAccount.clientSecret,
  technicalAccountId: integration.id,
  orgId: integration.org,
  privateKey: integration.privateKey,
  metaScopes: integration.metascopes.split(','),
  ims: process.argv[3]
}).then(
  answer => console.log(answer.access_token),
  error => { console.error(`${error.code}: ${error.message}`); process.exitCode = 1 }
)
