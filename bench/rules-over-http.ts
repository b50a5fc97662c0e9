import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { Viewer } from '../src/directives/index.ts'
import type { Cookies, Served } from './rules-server.ts'

/** Sends so many requests, sixteen at a time. Gives the CPU microseconds that the server took for each. */
export type Load = (times: number) => Promise<number>

export interface RulesServer {
  load(schema: Served, viewer: Viewer, query: string): Load
  stop(): void
}

const connections = 16

/** Starts the server of `rules-server.ts` in a process of its own. */
export async function startRulesServer(): Promise<RulesServer> {
  const child = fork(new URL('rules-server.ts', import.meta.url), { env: { ...process.env, NODE_ENV: 'production' } })
  const [{ port, cookies }] = (await once(child, 'message')) as [{ port: number; cookies: Cookies }]
  const agent = new Agent({ keepAlive: true, maxSockets: connections })

  const cpu = async (): Promise<number> => {
    child.send('cpu')
    const [used] = (await once(child, 'message')) as [number]
    return used
  }
  const send = (path: string, cookie: string, body: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), cookie }
      const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`))
        answer.resume().on('end', resolve)
      })
      sent.on('error', reject).end(body)
    })

  return {
    load: (schema, viewer, query) => async (times) => {
      const body = JSON.stringify({ query })
      const before = await cpu()
      let left = times
      const work = async () => {
        while (left-- > 0) await send(`/${schema}`, cookies[viewer.roles[0] === 'ADMIN' ? 'admin' : 'member'], body)
      }
      await Promise.all(Array.from({ length: connections }, work))
      return ((await cpu()) - before) / times
    },
    stop() {
      agent.destroy()
      child.kill()
    },
  }
}
