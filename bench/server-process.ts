import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Pool } from 'undici'
import { connections, type LoadResult, load, type Request, sendMany } from './load.ts'

export interface Measured extends LoadResult {
  /** Microseconds of the server's own, for each request. */
  cpu: number
}

export interface Answer {
  status: number
  data?: unknown
  errors?: readonly { message: string; extensions?: { code?: string } }[]
}

/** A server in a process of its own. */
export interface ServerProcess {
  /** By role, where it signs people in. */
  cookies: Readonly<Record<string, string>>
  ask(cookie: string, body: object | string, headers?: Record<string, string>): Promise<Answer>
  /** Gives the cookie that a browser would send by now: a server may have renewed it. */
  renew(cookie: string): Promise<string>
  /** Sends the same, or what is made for each request by its number, so many times. */
  measure(cookie: string, body: object | Request['body'], requests: number): Promise<Measured>
  /** Sends so many requests, each of its own. */
  send(cookie: string, body: () => string, requests: number): Promise<void>
  /** After a collection of garbage. */
  memory(): Promise<NodeJS.MemoryUsage>
  stop(): Promise<void>
}

/** Starts a program that calls tell(). */
export async function startServerProcess(program: URL, env: Record<string, string> = {}): Promise<ServerProcess> {
  const child = fork(program, {
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  const { port, cookies = {} } = await hear<{ port: number; cookies?: Record<string, string> }>(child)
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 })

  const request = (cookie: string, body: object | Request['body']): Request => ({
    path: '/graphql',
    headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  })
  const askProcess = <Message>(what: 'cpu' | 'memory') => {
    child.send(what)
    return hear<Message>(child)
  }
  return {
    cookies,
    async ask(cookie, body, more = {}) {
      const { path, headers } = request(cookie, body)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const { statusCode, body: answer } = await pool.request({
        path,
        method: 'POST',
        headers: { ...headers, ...more },
        body: text,
      })
      return { status: statusCode, ...((await answer.json()) as object) }
    },
    async renew(cookie) {
      const { path, headers, body } = request(cookie, { query: '{ __typename }' })
      const answer = await pool.request({ path, method: 'POST', headers, body: String(body) })
      await answer.body.dump()
      const [renewed] = [answer.headers['set-cookie'] ?? []].flat()
      return renewed?.split(';', 1)[0] ?? cookie
    },
    async measure(cookie, body, requests) {
      const before = await askProcess<number>('cpu')
      const result = await load(pool, request(cookie, body), requests)
      return { ...result, cpu: ((await askProcess<number>('cpu')) - before) / (result.requests + 1) }
    },
    async send(cookie, body, requests) {
      await sendMany(pool, request(cookie, body), requests)
    },
    memory: () => askProcess('memory'),
    async stop() {
      await pool.destroy()
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

async function hear<Message>(child: ChildProcess): Promise<Message> {
  const heard = new AbortController()
  const failed = once(child, 'exit', { signal: heard.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code}`)
  })
  const [message] = await Promise.race([once(child, 'message', { signal: heard.signal }), failed])
  failed.catch(() => {})
  heard.abort()
  return message as Message
}
