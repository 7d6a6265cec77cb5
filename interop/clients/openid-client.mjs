// node openid-client.mjs DOCUMENT URL post|basic - the token on stdout, or error and description on stderr.
import fs from 'node:fs'
import * as client from 'openid-client'

const [path, url, how] = process.argv.slice(2)
const document = JSON.parse(fs.readFileSync(path, 'utf8'))
const secret = document.CLIENT_SECRETS[0]

const configuration = new client.Configuration(
  { issuer: url, token_endpoint: `${url}/ims/token/v3` },
  document.CLIENT_ID,
  secret,
  how === 'basic' ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
)
if (url.startsWith('http:')) client.allowInsecureRequests(configuration)

try {
  const answer = await client.clientCredentialsGrant(configuration, { scope: document.SCOPES.join(' ') })
  if (!(answer.expires_in > 86300 && answer.expires_in <= 86400)) throw new Error(`expires_in ${answer.expires_in}`)
  console.log(answer.access_token)
} catch (error) {
  console.error(`${error.error}: ${error.error_description || error.message}`)
  process.exitCode = 1
}
