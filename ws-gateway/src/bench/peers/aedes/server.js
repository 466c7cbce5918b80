// Aedes for scripts/bench: node server.js TCP_PORT WEBSOCKET_PORT
'use strict'
const aedes = require('aedes')({ concurrency: 1000 })
const [tcp, webSocket] = process.argv.slice(2).map(Number)
require('net').createServer(aedes.handle).listen(tcp, '127.0.0.1')
const http = require('http').createServer()
require('websocket-stream').createServer({ server: http }, aedes.handle)
http.listen(webSocket, '127.0.0.1', () => console.log('running'))
