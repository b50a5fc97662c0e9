import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { demoUsers } from '../../src/demo.ts'
import {
  CreateDocumentDocument,
  MeDocument,
  RegisterDocument,
  ShareDocumentDocument,
} from './__generated__/operations.ts'
import { type Answer, type Client, createClient } from './client.ts'
import { type Env, startServer, type TestServer } from './server.ts'

/** Who may be asked to run an operation: nobody signed in, one of each role, and a MEMBER whom nothing is shared with. */
export const everybody = ['anonymous', 'stranger', 'member', 'editor', 'admin'] as const
export type Person = (typeof everybody)[number]

/** A server with a browser for everybody. */
export interface House {
  server: TestServer
  as: Record<Person, Client>
  ids: Record<Exclude<Person, 'anonymous'>, string>
  /** A new document of the member's, which the editor may change; gives its id. */
  createDocument(): Promise<string>
  /** Every row of the database: the same before and after means that nothing was written. */
  dump(): Record<string, unknown[]>
  /** Call it when the tests are over. */
  close(): Promise<void>
}

export const strangersPassword = 'correct horse battery staple'

export async function openHouse(options: Parameters<typeof startServer>[0] & { env?: Env } = {}): Promise<House> {
  const ends: (() => void | Promise<void>)[] = []
  const server = await startServer({ ...options, onEnd: (end) => ends.unshift(end) })
  const client = () => createClient(server.url)
  const as = { anonymous: client(), stranger: client(), member: client(), editor: client(), admin: client() }
  const stranger = { email: 'stranger@example.com', password: strangersPassword, name: 'Sam Stranger' }
  await as.stranger.execute(RegisterDocument, stranger)
  for (const { email, role } of demoUsers) await as[personOf[role]].login(email)

  const idOf = async (person: Person) => must((await as[person].execute(MeDocument)).body.data?.me?.id)
  const ids = {
    stranger: await idOf('stranger'),
    member: await idOf('member'),
    editor: await idOf('editor'),
    admin: await idOf('admin'),
  }
  return {
    server,
    as,
    ids,
    async createDocument() {
      const { body } = await as.member.execute(CreateDocumentDocument, { title: 'Plan', body: 'A' })
      const id = must(body.data?.createDocument?.id)
      await as.member.execute(ShareDocumentDocument, { id, with: { userId: ids.editor }, level: 'WRITE' })
      return id
    },
    dump: () => dumpDatabase(server.databasePath),
    async close() {
      for (const end of ends) await end()
    },
  }
}

const personOf = { ADMIN: 'admin', EDITOR: 'editor', MEMBER: 'member' } as const

/** The answer's data, where a test goes on from it. */
export function dataOf<Data>({ body }: Answer<Data>): Data {
  if (body.errors) throw new Error(`There should be no errors: ${JSON.stringify(body.errors)}`)
  return must(body.data)
}

function must<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('There should be a value')
  return value
}

const dumpProgram = fileURLToPath(new URL('dump-postgresql.ts', import.meta.url))

/** @param path - the database file, or the URL of a PostgreSQL database */
export function dumpDatabase(path: string): Record<string, unknown[]> {
  if (path.startsWith('postgres:'))
    return JSON.parse(execFileSync(process.execPath, [dumpProgram, path], { encoding: 'utf8', maxBuffer: 2 ** 26 }))
  const database = new Sqlite(path, { readonly: true })
  try {
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()
    return Object.fromEntries(names.map((name) => [String(name), database.prepare(`SELECT * FROM "${name}"`).all()]))
  } finally {
    database.close()
  }
}
