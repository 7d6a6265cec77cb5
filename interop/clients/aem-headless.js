'use strict'
// node --require ./hosts.js aem-headless.js DOCUMENT AEM - gets a token for DOCUMENT, persists, lists and runs queries.
// One line of JSON on stdout for each call: its data, or the error.
const { AEMHeadless, getToken } = require('@adobe/aem-headless-client-nodejs')

const [document, aem] = process.argv.slice(2)
const path = 'interop/by-slug'

async function show (name, call) {
  try {
    console.log(JSON.stringify({ [name]: await call() }))
  } catch (error) {
    console.log(JSON.stringify({ [name]: { error: error.code, text: error.message } }))
  }
}

async function main () {
  const { accessToken } = await getToken(document)
  const client = new AEMHeadless({ serviceURL: aem, auth: accessToken })
  await show('persist', () => client.persistQuery('{ articleList { items { title } } }', path))
  await show('list', () => client.listPersistedQueries())
  await show('run', () => client.runPersistedQuery(path, { slug: '/a b ü', count: 5 }))
  await show('post', () => client.runPersistedQuery(path, { slug: '/x' }, { method: 'POST' }))
  await show('query', () => client.runQuery('{ articleList { items { title } } }'))
  await show('pages', async () => {
    const pages = []
    for await (const page of client.runPaginatedQuery('article', '{ title }', { pageSize: 2 }, {})) pages.push(page)
    return pages
  })
  await show('unknown', () => client.runPersistedQuery('interop/none'))
}

main().catch(error => { console.error(error.message); process.exitCode = 1 })
