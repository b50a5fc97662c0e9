import { demoUsers } from '../../src/demo.ts'
import {
  CreateDocumentDocument,
  DocumentsDocument,
  RegisterDocument,
  UpdateDocumentDocument,
} from './__generated__/operations.ts'
import { type Client, createClient } from './client.ts'
import { dataOf, dumpDatabase, strangersPassword } from './house.ts'

/** What a server has answered, to be compared with what it has kept. */
export interface Ledger {
  /** How many writes were answered, and how many were not, or with an error. */
  counts: { answered: number; failed: number }
  /** Makes documents and changes them without a pause, until told that it is enough; goes on after a failure. */
  write(client: Client, enough: () => boolean): Promise<void>
  /** Registers people, each from a network of their own, until told that it is enough; needs `TRUST_PROXY=1`. */
  register(url: string, enough: () => boolean): Promise<void>
  /** The documents and addresses that were answered and are not as they were answered: none, if all is well. */
  findLost(client: Client, databasePath: string): Promise<string[]>
}

let networks = 0
/** An address of a network that nobody else has. */
export function nextNetwork(): string {
  networks++
  return `10.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`
}

export function openLedger(): Ledger {
  /** By the document's id the titles that it may have: more than one while nobody knows whether a change was made. */
  const titles = new Map<string, string[]>()
  const addresses = new Set<string>()
  const counts = { answered: 0, failed: 0 }

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
      counts.answered++
    } catch {
      counts.failed++
      // Where nobody listens, the next attempt fails at once too.
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  return {
    counts,
    async write(client, enough) {
      for (let n = 0; !enough(); n++) {
        let id: string | undefined
        await attempt(async () => {
          const made = dataOf(await client.execute(CreateDocumentDocument, { title: `${n}`, body: '' })).createDocument
          if (!made) throw new TypeError('There should be a document')
          id = made.id
          titles.set(made.id, [`${n}`])
        })
        if (id === undefined) continue
        const change = { id, title: `${n} changed` }
        titles.get(id)?.push(change.title)
        await attempt(async () => {
          dataOf(await client.execute(UpdateDocumentDocument, change))
          titles.set(change.id, [change.title])
        })
      }
    },
    async register(url, enough) {
      while (!enough()) {
        const network = nextNetwork()
        const email = `person-at-${network}@example.com`
        const person = { email, password: strangersPassword, name: 'Pat' }
        await attempt(async () => {
          dataOf(await createClient(url).execute(RegisterDocument, person, { 'x-forwarded-for': network }))
          addresses.add(email)
        })
      }
    },
    async findLost(client, databasePath) {
      const kept = await readTitles(client)
      const { users = [] } = dumpDatabase(databasePath) as { users?: { email: string }[] }
      const registered = new Set(users.map(({ email }) => email))
      return [
        ...[...titles].filter(([id, may]) => !may.includes(kept.get(id) ?? '')).map(([id, may]) => `${id}: ${may}`),
        ...addresses.difference(registered),
      ]
    },
  }
}

/** Reads every document that the client may read, page by page, as its title by its id. */
export async function readTitles(client: Client): Promise<Map<string, string>> {
  const titles = new Map<string, string>()
  let after: string | null = null
  do {
    const page: { after: string | null; first: number } = { first: 100, after }
    const { documents } = dataOf(await client.execute(DocumentsDocument, page))
    for (const { node } of documents?.edges ?? []) if (node) titles.set(node.id, node.title)
    after = documents?.pageInfo.hasNextPage ? (documents.pageInfo.endCursor ?? null) : null
  } while (after !== null)
  return titles
}

interface Kept {
  documents: { id: string }[]
  users: { id: string; email: string }[]
  credentials: { user_id: string }[]
  role_assignments: { user_id: string }[]
  audit_events: { action: string; subject_id: string | null }[]
}

/**
 * Finds what is there of an operation without the rest of it: a document or a user whose making nobody recorded, or
 * the other way round; a user without a password or a role. Only where nothing was deleted.
 */
export function findHalves(databasePath: string): string[] {
  const { documents, users, credentials, role_assignments, audit_events } = dumpDatabase(
    databasePath,
  ) as unknown as Kept
  const recorded = (action: string) =>
    new Set(audit_events.filter((event) => event.action === action).map(({ subject_id }) => String(subject_id)))
  const people = new Set(users.map(({ id }) => id))
  // Those of the demo were made by nobody.
  const demo = new Set<string>(demoUsers.map(({ email }) => email))
  const registered = new Set(users.filter(({ email }) => !demo.has(email)).map(({ id }) => id))
  const compare = (what: string, some: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...some.symmetricDifference(others)].map((id) => `${what}: ${id}`)
  return [
    ...compare('document and record', new Set(documents.map(({ id }) => id)), recorded('DOCUMENT_CREATED')),
    ...compare('user and record', registered, recorded('USER_REGISTERED')),
    ...compare('user and password', people, new Set(credentials.map(({ user_id }) => user_id))),
    ...compare('user and role', people, new Set(role_assignments.map(({ user_id }) => user_id))),
  ]
}
