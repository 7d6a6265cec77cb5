'use strict'
// Loaded with --require: redirects every connection for the hosts in IMS_HOSTS to
// 127.0.0.1:IMS_PORT and refuses every other connection. So a client with
// hard-coded hosts runs unmodified and cannot reach another machine. The name in
// the TLS handshake and in the Host header does not change.
const net = require('net')

const hosts = new Set((process.env.IMS_HOSTS || '').split(',').filter(Boolean))
const port = Number(process.env.IMS_PORT)
const connect = net.Socket.prototype.connect

net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  if (options && typeof options === 'object' && options.host && !options.path) {
    if (hosts.has(options.host)) {
      options.host = '127.0.0.1'
      options.port = port
    } else if (options.host !== '127.0.0.1') {
      throw new Error(`not connecting to ${options.host}`)
    }
  }
  return connect.apply(this, args)
}
