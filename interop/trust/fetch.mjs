// Fetches a URL through the proxy in HTTPS_PROXY, with the CAs that node trusts, and prints the status. Node reads
// HTTPS_PROXY itself from 22.21 and 24.5 on (NODE_USE_ENV_PROXY); for an older one this program opens the tunnel.
import http from 'node:http'
import https from 'node:https'

const url = new URL(process.argv[2])
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21)) {
  console.log((await fetch(url)).status)
} else {
  const proxy = new URL(process.env.HTTPS_PROXY)
  const headers = { Host: `${url.hostname}:443` }
  if (proxy.username) {
    const credentials = [proxy.username, proxy.password].map(decodeURIComponent).join(':')
    headers['Proxy-Authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`
  }
  const tunnel = http.request({
    host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${url.hostname}:443`, headers
  })
  tunnel.on('connect', (answer, socket) => {
    if (answer.statusCode !== 200) {
      console.log(`tunnel ${answer.statusCode}`)
      return socket.destroy()
    }
    https.get(url, { socket, agent: false, servername: url.hostname }, (response) => {
      console.log(response.statusCode)
      response.resume()
    })
  })
  tunnel.end()
}
