// node openid-client-sign-in.mjs ID SECRET|- REDIRECT_URI URL - prints the URL of the sign-in page, reads the URL to
// which the browser was redirected, and prints the tokens and claims. The client finds all endpoints by discovery.
import { createInterface } from 'node:readline/promises'
import * as client from 'openid-client'

const [id, secret, redirectUri, url] = process.argv.slice(2)
const options = url.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : {}
const authentication = secret === '-' ? client.None() : client.ClientSecretPost(secret)

try {
  const configuration = await client.discovery(new URL(url), id, undefined, authentication, options)
  const verifier = client.randomPKCECodeVerifier()
  const expected = {
    pkceCodeVerifier: verifier,
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const authorize = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: expected.expectedState,
    nonce: expected.expectedNonce,
  })
  console.log(authorize.href)

  const line = await createInterface({ input: process.stdin }).question('')
  const answer = await client.authorizationCodeGrant(configuration, new URL(line.trim()), expected)
  const subject = answer.claims().sub
  console.log(`subject ${subject}`)
  const person = await client.fetchUserInfo(configuration, answer.access_token, subject)
  console.log(`email ${person.email}`)
  const refreshed = await client.refreshTokenGrant(configuration, answer.refresh_token)
  if (!refreshed.refresh_token || refreshed.refresh_token === answer.refresh_token) throw new Error('not rotated')
  const again = await client.refreshTokenGrant(configuration, answer.refresh_token).catch((error) => error)
  console.log(`spent ${again.error}`)
  await client.tokenRevocation(configuration, refreshed.refresh_token)
  console.log(`token ${refreshed.access_token}`)
} catch (error) {
  console.error(`${error.error}: ${error.error_description || error.message}`)
  process.exitCode = 1
}
process.exit()
