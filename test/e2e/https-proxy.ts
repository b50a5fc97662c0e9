import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import selfsigned from 'selfsigned'
import { onTestFinished } from 'vitest'

/** A proxy that ends TLS for the host, with a certificate that nobody vouches for; gives where it listens. */
export async function startHttpsProxy(host: string, url: string): Promise<string> {
  const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: host }], { keyType: 'ec' })
  const proxy = createServer({ key, cert }, (incoming, outgoing) => {
    const { method, url: path = '/', socket } = incoming
    const headers = { ...incoming.headers, 'x-forwarded-for': socket.remoteAddress }
    const forwarded = request(new URL(path, url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
