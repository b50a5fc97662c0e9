import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Page } from '../../examples/clients/fetch.ts'
import { createEvents, createSocket, type Subscribe } from '../../examples/clients/live-updates.ts'
import { UpdateDocumentDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { startServer } from '../support/server.ts'
import { beBrowser } from './browser.ts'
import type { Api, Outcome } from './describe-client.ts'

export interface LiveApi extends Pick<Api, 'mutate'> {
  /** Hands `listener` each answer; gives what ends it. */
  follow(query: string, variables: { id: string }, listener: (told: Outcome) => void): () => void
}

const frontend = 'http://localhost:5173'
const signIn =
  'mutation { login(email: "member@example.com", password: "open sesame in development") { ... on Session { user { name } } } }'
const changes = 'subscription ($id: ID!) { documentChanged(id: $id) { id title version } }'
const transports = { 'by WebSocket': createSocket, 'by server-sent events': createEvents }

/** A page of a frontend with a document open, which another browser of the same person changes. */
async function open(
  create: (url: string, page: Page, subscribe: Subscribe) => LiveApi,
  transport: typeof createSocket,
  origin = frontend,
) {
  const server = await startServer({ env: { ALLOWED_ORIGINS: frontend } })
  beBrowser(origin)
  const seen = { signIns: 0, reconnects: 0 }
  const page: Page = { showSignIn: () => void seen.signIns++, askForProof: async () => null }
  const network = await openNetwork(server.url)
  const url = `${network.url}/graphql`
  const api = create(
    url,
    page,
    transport(url, () => void seen.reconnects++),
  )
  const elsewhere = createClient(server.url)
  await elsewhere.login('member@example.com')
  const made = await elsewhere.execute<{ createDocument: { id: string } }>(
    'mutation { createDocument(title: "Plan", body: "") { id } }',
  )
  const { id } = dataOf(made).createDocument
  const told: Outcome[] = []
  const follow = (query = changes, of = id) => {
    const end = api.follow(query, { id: of }, (outcome) => told.push(outcome))
    onTestFinished(end)
    return end
  }
  const titles = () => told.map(({ data }) => data?.documentChanged?.title)
  const change = async (title: string) => dataOf(await elsewhere.execute(UpdateDocumentDocument, { id, title }))
  /** Changes the document until the page shows it: nothing tells that a subscription has begun. */
  const changeUntilShown = async (title: string) => {
    for (let tries = 0; tries < 100 && !titles().includes(title); tries++) {
      await change(title)
      await sleep(100)
    }
    expect(titles()).toContain(title)
  }
  return { network, api, elsewhere, seen, told, follow, change, changeUntilShown }
}

/** What lies between a page and the server, and may break. */
async function openNetwork(url: string) {
  const sockets = new Set<Socket>()
  const proxy = createServer((socket) => {
    const onwards = connect(Number(new URL(url).port), '127.0.0.1')
    for (const [one, other] of [
      [socket, onwards],
      [onwards, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {}).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  onTestFinished(() => {
    cut()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, cut }
}

/** What the recipes for live updates do, against the running server. */
export function describeLive(name: string, create: (url: string, page: Page, subscribe: Subscribe) => LiveApi): void {
  describe.each(Object.entries(transports))(`${name} %s`, (_, transport) => {
    it('shows what changes elsewhere, for as long as it wants to', async () => {
      const { api, seen, told, follow, change, changeUntilShown } = await open(create, transport)
      await api.mutate(signIn)
      const end = follow()
      await changeUntilShown('First')
      await changeUntilShown('Second')
      expect(told.every(({ codes }) => codes.length === 0)).toBe(true)
      end()
      await sleep(200)
      const count = told.length
      await change('Unseen')
      await sleep(500)
      expect(told).toHaveLength(count)
      expect(seen).toEqual({ signIns: 0, reconnects: 0 })
    })

    it('shows the form to sign in when nobody is, and what the person may not see is withheld: FORBIDDEN', async () => {
      const { api, seen, told, follow } = await open(create, transport)
      follow()
      await expect.poll(() => told).toMatchObject([{ codes: ['UNAUTHENTICATED'] }])
      expect(seen.signIns).toBe(1)
      await api.mutate(signIn)
      follow(changes, 'another')
      await expect.poll(() => told.at(-1)).toMatchObject({ codes: ['FORBIDDEN'], withheld: ['documentChanged'] })
      expect(seen.signIns).toBe(1)
    })

    it('shows it too when the session ends, and goes on after signing in anew', async () => {
      const { api, elsewhere, seen, told, follow, changeUntilShown } = await open(create, transport)
      await api.mutate(signIn)
      const end = follow()
      await changeUntilShown('Before')
      await elsewhere.execute('mutation { revokeOtherSessions }')
      await expect.poll(() => told.at(-1)?.codes).toEqual(['UNAUTHENTICATED'])
      expect(seen.signIns).toBe(1)
      end()
      await api.mutate(signIn)
      follow()
      await changeUntilShown('After')
      expect(told.at(-1)?.codes).toEqual([])
    })

    it('comes again when the connection breaks, and has the page read anew', async () => {
      const { network, api, seen, follow, changeUntilShown } = await open(create, transport)
      await api.mutate(signIn)
      follow()
      await changeUntilShown('Before')
      network.cut()
      await changeUntilShown('After')
      expect(seen).toEqual({ signIns: 0, reconnects: 1 })
    })

    it('comes to nothing on a page whose origin is not listed', async () => {
      const { told, follow, change } = await open(create, transport, 'http://localhost:5174')
      const end = follow()
      for (let times = 0; times < 5; times++) {
        await change('Secret')
        await sleep(100)
      }
      end()
      expect(told.filter(({ data }) => data)).toEqual([])
    })
  })
}
