// A small client of AEM: it signs a JWT, exchanges it for an access token, and reads assets.
import { createSign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const RENEW_BEFORE_MS = 5 * 60 * 1000;
const ATTEMPTS = 3;

export class AemClient {
  #token;
  #fetching;

  /** `credentials` is the document of AEM's Developer Console. */
  constructor({ credentials, aem, ims, wait = sleep, now = Date.now }) {
    this.integration = credentials.integration;
    this.aem = aem;
    this.ims = ims ?? `https://${this.integration.imsEndpoint}`;
    this.wait = wait;
    this.now = now;
  }

  /** Returns the folder of all assets. */
  async assets() {
    let response = await this.#get('/api/assets.json', await this.#accessToken());
    if (response.status === 401) {
      this.#token = undefined;
      response = await this.#get('/api/assets.json', await this.#accessToken());
    }
    if (!response.ok) throw new Error(`AEM answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  #get(path, token) {
    return fetch(this.aem + path, { headers: { authorization: `Bearer ${token}` } });
  }

  /** Callers that come at the same time share one request. */
  async #accessToken() {
    if (this.#token && this.now() < this.#token.renewAt) return this.#token.value;
    this.#fetching ??= this.#exchange().finally(() => { this.#fetching = undefined; });
    this.#token = await this.#fetching;
    return this.#token.value;
  }

  async #exchange() {
    const { clientId, clientSecret } = this.integration.technicalAccount;
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${this.ims}/ims/exchange/jwt`, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: clientId,
          client_secret: clientSecret,
          jwt_token: this.#assertion(),
        }),
      });
      if (response.ok) {
        const { access_token: value, expires_in: milliseconds } = await response.json();
        return { value, renewAt: this.now() + milliseconds - RENEW_BEFORE_MS };
      }
      if (response.status < 500 || attempt === ATTEMPTS) {
        throw new Error(`IMS answered ${response.status}: ${await response.text()}`);
      }
      await this.wait(1000 * attempt);
    }
  }

  #assertion() {
    const { id, org, imsEndpoint, metascopes, privateKey, technicalAccount } = this.integration;
    const claims = {
      iss: org,
      sub: id,
      aud: `https://${imsEndpoint}/c/${technicalAccount.clientId}`,
      exp: Math.floor(this.now() / 1000) + 300,
    };
    for (const metascope of metascopes.split(',')) claims[`https://${imsEndpoint}/s/${metascope}`] = true;
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
  }
}
