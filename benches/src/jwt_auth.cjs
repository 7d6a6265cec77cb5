// The same exchange with Adobe's own client: node jwt_auth.cjs DOCUMENT URL
const auth = require('@adobe/jwt-auth');
const [document, ims] = process.argv.slice(2);
const { integration } = JSON.parse(require('fs').readFileSync(document));
auth({
  clientId: integration.technicalAccount.clientId,
  clientSecret: integration.technicalAccount.clientSecret,
  technicalAccountId: integration.id,
  orgId: integration.org,
  metaScopes: integration.metascopes.split(','),
  privateKey: integration.privateKey,
  ims,
}).then(({ access_token }) => console.log(access_token));
