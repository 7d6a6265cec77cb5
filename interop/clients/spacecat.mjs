// spacecat.mjs - every call of @adobe/spacecat-shared-ims-client. Prints one JSON object: the name of
// each call with `true`, or with its error. The environment has the host, the clients and a token.
import { ImsClient, ImsPromiseClient } from '@adobe/spacecat-shared-ims-client'

const { env } = process
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const context = { env, log: quiet }
const { USER_TOKEN: token, USER_ID: user, ORGANIZATION: organization } = env
const client = ImsClient.createFrom(context)
const emitter = ImsPromiseClient.createFrom(context, ImsPromiseClient.CLIENT_TYPE.EMITTER)
const consumer = ImsPromiseClient.createFrom(context, ImsPromiseClient.CLIENT_TYPE.CONSUMER)
const ident = organization.split('@')[0]
let promise

const calls = {
  getServiceAccessToken: async () => (await client.getServiceAccessToken()).expires_in === 86399,
  getServiceAccessTokenV3: async () => (await client.getServiceAccessTokenV3()).token_type === 'bearer',
  getImsOrganizationDetails: async () => (await client.getImsOrganizationDetails(organization)).orgType === 'Enterprise',
  getImsUserProfile: async () => (await client.getImsUserProfile(token)).userId === user,
  getImsUserOrganizations: async () => (await client.getImsUserOrganizations(token))[0].orgRef.ident === ident,
  validateAccessToken: async () => (await client.validateAccessToken(token)).valid === true,
  getImsAdminProfile: async () => (await client.getImsAdminProfile(user)).userId === user,
  getImsAdminOrganizations: async () => (await client.getImsAdminOrganizations(user))[0].orgRef.ident === ident,
  getAccountCluster: async () => Object.values(await client.getAccountCluster(token))[0].orgRef.ident === ident,
  getPromiseToken: async () => {
    const answer = await emitter.getPromiseToken(token)
    promise = answer.promise_token
    return answer.expires_in === 14399
  },
  exchangeToken: async () => {
    const answer = await consumer.exchangeToken(promise)
    const profile = await client.getImsUserProfile(answer.access_token)
    return answer.expires_in === 299 && profile.userId === user
  },
  invalidatePromiseToken: async () => {
    await consumer.invalidatePromiseToken(promise)
    const again = await consumer.exchangeToken(promise).catch((error) => error.message)
    return again === 'IMS exchangeToken request failed with status: 401'
  },
}

const results = {}
for (const [name, call] of Object.entries(calls)) {
  results[name] = await call().catch((error) => error.message)
}
console.log(JSON.stringify(results))
