// node server.mjs PORT - an independent OpenID provider under the paths of IMS.
// It implements OAuth 2 and OpenID Connect, without IMS's deviations.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../clients/', import.meta.url))
const { Provider } = require('oidc-provider')

const port = Number(process.argv[2])
const issuer = `http://127.0.0.1:${port}`
const shared = { token_endpoint_auth_method: 'client_secret_post' }

const provider = new Provider(issuer, {
  clients: [
    {
      ...shared,
      client_id: 'client!+ID',
      client_secret: 'SECRET?%&=+:~',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
    {
      client_id: 'public!+ID',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      // A native client may use any port in its redirect URI.
      redirect_uris: ['http://127.0.0.1/'],
    },
  ],
  scopes: ['openid', 'offline_access', 'read'],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    revocation: { enabled: true },
  },
  // A refresh token works once. A second use revokes the tokens of the first.
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  routes: {
    authorization: '/ims/authorize/v2',
    token: '/ims/token/v3',
    jwks: '/ims/keys',
    userinfo: '/ims/userinfo/v2',
    revocation: '/ims/revoke',
  },
  ttl: { AccessToken: 3599, ClientCredentials: 3599, IdToken: 3600, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 3600 },
})
// The checks need no log of the server.
console.warn = console.info = () => {}
provider.listen(port, '127.0.0.1', function () {
  console.log(JSON.stringify({ ready: true, url: issuer }))
})
