'use strict'
// node --require ./hosts.js aio-lib-ims-life.js DOCUMENT - runs all operations of aio-lib-ims on one sign-in. The
// document has CLIENT_ID, CLIENT_SECRETS and CODE. stdout is one line of JSON with the result of each step.
const fs = require('fs')
const { Ims } = require('@adobe/aio-lib-ims')

const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const [id, secret] = [document.CLIENT_ID, document.CLIENT_SECRETS[0]]
const said = {}

async function refusal (promise) {
  return promise.then(() => 'nothing', error => error.message)
}

async function main () {
  const ims = new Ims('prod')
  const first = await ims.getAccessToken(document.CODE, id, secret, 'openid,AdobeID')
  const hours = token => Math.round((token.expiry - Date.now()) / 360000) / 10
  said.access = hours(first.access_token)
  said.refresh = hours(first.refresh_token)
  said.again = await refusal(ims.getAccessToken(document.CODE, id, secret, 'openid,AdobeID'))

  const second = await ims.getAccessToken(document.OTHER_CODE, id, secret, 'openid,AdobeID,read_organizations')
  said.valid = (await ims.validateToken(second.access_token.token, id)).valid
  said.email = (await ims.get('/ims/profile/v1', second.access_token.token)).email
  said.organizations = (await ims.getOrganizations(second.access_token.token)).length
  const third = await ims.getAccessToken(second.refresh_token.token, id, secret, 'openid')
  said.rotated = third.refresh_token.token !== second.refresh_token.token
  said.invalidated = await ims.invalidateToken(third.refresh_token.token, id, secret)
  said.cascaded = await ims.validateToken(third.access_token.token, id)
  said.over = await refusal(ims.getAccessToken(third.refresh_token.token, id, secret, 'openid'))
  console.log(JSON.stringify(said))
}

main().catch(error => { console.error(error.message); process.exitCode = 1 })
