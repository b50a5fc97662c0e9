import { type Client, codes, createClient } from '../../test/support/client.ts'

/** One thing that a person does, of one or more requests; gives how many they were. */
type Errand = (people: People) => Promise<number>

interface People {
  nobody: Client
  member: Client
  editor: Client
  admin: Client
}

const title = 'a document that comes and goes'
const documents = '{ documents(first: 20) { totalCount edges { node { id title owner { id name } } } } }'

/** Throws unless the answer is what it should be: a soak in which something fails measures something else. */
function expectCodes(answer: Awaited<ReturnType<Client['execute']>>, ...expected: string[]): typeof answer {
  if (codes(answer).join() !== expected.join()) throw new Error(`answered ${answer.status}: ${answer.text}`)
  return answer
}

function neverSent(): string {
  return `{ a${Math.random().toString(36).slice(2)}: __typename }`
}

/** What is done again and again, each as often as it stands here. */
const errands: Errand[] = [
  ...Array<Errand>(6).fill(async ({ member }) => {
    expectCodes(await member.execute(documents))
    return 1
  }),
  ...Array<Errand>(6).fill(async ({ editor }) => {
    expectCodes(await editor.execute('{ me { id name email roles sessions { id } } }'))
    return 1
  }),
  async ({ member }) => {
    const made = await member.execute<{ createDocument: { id: string } }>(
      `mutation { createDocument(title: "${title}", body: "${'x'.repeat(2000)}") { id } }`,
    )
    const id = expectCodes(made).body.data && made.body.data?.createDocument.id
    const change = 'mutation ($id: ID!) { updateDocument(id: $id, title: "changed") { version } }'
    expectCodes(await member.execute(change, { id }))
    expectCodes(await member.execute('mutation ($id: ID!) { deleteDocument(id: $id) }', { id }))
    return 3
  },
  // Who may not is told so; who sends nonsense is too.
  async ({ member }) => {
    expectCodes(await member.execute('{ auditEvents(first: 1) { edges { node { id } } } }'), 'FORBIDDEN')
    return 1
  },
  async ({ nobody }) => {
    expectCodes(await nobody.execute(documents), 'UNAUTHENTICATED')
    return 1
  },
  async ({ nobody }) => {
    // What is kept of documents is renewed all the time.
    expectCodes(await nobody.execute(neverSent()))
    return 1
  },
  async ({ nobody }) => {
    expectCodes(await nobody.execute('{ nothing }'), 'GRAPHQL_VALIDATION_FAILED')
    return 1
  },
  async ({ admin }) => {
    expectCodes(await admin.execute('{ auditEvents(first: 20) { edges { node { id action } } } }'))
    expectCodes(await admin.execute('{ users(first: 20) { edges { node { id name roles } } } }'))
    return 2
  },
]

/** More documents than a server remembers. */
const manyDocuments = 70_000

/** Has a server remember as many documents as it ever will: until then it grows, however little it leaks. */
export async function fillDocuments(url: string): Promise<void> {
  const nobody = createClient(url)
  let left = manyDocuments
  const work = async () => {
    while (left-- > 0) expectCodes(await nobody.execute(neverSent()))
  }
  await Promise.all(Array.from({ length: 16 }, work))
}

export interface MixedLoad {
  /** Requests until now. */
  sent(): number
  /** Waits until the last is answered. Rejects with what went wrong, if anything did. */
  done: Promise<void>
  stop(): void
}

/**
 * Has people do errands, four at a time.
 *
 * @param pause - milliseconds between two errands of one person
 * @param most - requests at most
 */
export async function startMixedLoad(
  url: string,
  { pause, most }: { pause: number; most: number },
): Promise<MixedLoad> {
  const people = {
    nobody: createClient(url),
    member: createClient(url),
    editor: createClient(url),
    admin: createClient(url),
  }
  for (const role of ['member', 'editor', 'admin'] as const)
    expectCodes(await people[role].login(`${role}@example.com`))
  let sent = 0
  let stopped = false
  const wait = () => new Promise((resolve) => setTimeout(resolve, pause))
  const work = async (offset: number) => {
    for (let n = offset; !stopped && sent < most; n++) {
      sent += await (errands[n % errands.length] as Errand)(people)
      await wait()
    }
  }
  /** Signs in and out, no more often than one client may. */
  const comeAndGo = async () => {
    for (let n = 0; !stopped && sent < most; n++) {
      if (n % Math.ceil(15_000 / pause) === 0) {
        const visitor = createClient(url)
        expectCodes(await visitor.login('member@example.com'))
        expectCodes(await visitor.execute('mutation { logout }'))
        sent += 2
      }
      await wait()
    }
  }
  const done = Promise.all([...[0, 5, 10, 15].map(work), comeAndGo()]).then(() => undefined)
  // Whoever asks is told; until then nobody has to.
  done.catch(() => {})
  return {
    sent: () => sent,
    done,
    stop() {
      stopped = true
    },
  }
}
