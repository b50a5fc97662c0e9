import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Answer {
  data?: unknown
  errors?: { path?: unknown; extensions?: { code?: unknown } }[]
}

/** Starts an example as its reader would, on a free port, and gives its address. */
async function start(name: string): Promise<{ url: string; process: ChildProcess }> {
  const file = fileURLToPath(new URL(`../examples/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /Ready at (\S+)/.exec(line) ?? []
    if (url) return { url, process: child }
  }
  throw new Error(`${name} ended before it was ready`)
}

// Mercurius writes the numbers in a path as text.
describe.each([
  ['apollo', 1],
  ['yoga', 1],
  ['mercurius', '1'],
])('examples/%s.ts', (name, second) => {
  let example: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    example = await start(name)
  })
  afterAll(() => void example.process.kill())

  async function ask(query: string, user?: string) {
    const response = await fetch(example.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(user ? { 'x-user': user } : {}) },
      body: JSON.stringify({ query }),
    })
    const { data, errors = [] } = (await response.json()) as Answer
    return { data: data ?? null, denials: errors.map(({ path, extensions }) => [path, extensions?.code]) }
  }

  it('answers everybody what is public', async () => {
    expect(await ask('{ greeting }')).toEqual({ data: { greeting: 'Hello' }, denials: [] })
  })

  it('shows a note to its author', async () => {
    const { data, denials } = await ask('{ note(id: "1") { text } }', 'ada')
    expect({ data, denials }).toEqual({ data: { note: { text: 'written by Ada' } }, denials: [] })
  })

  it('denies a stranger the note, and an anonymous viewer the field', async () => {
    const query = '{ greeting note(id: "2") { text } }'
    const data = { greeting: 'Hello', note: null }
    expect(await ask(query, 'ada')).toEqual({ data, denials: [[['note'], 'FORBIDDEN']] })
    expect(await ask(query)).toEqual({ data, denials: [[['note'], 'UNAUTHENTICATED']] })
  })

  it('holds the rule of the type through an interface', async () => {
    const query = '{ node(id: "2") { __typename id ... on Note { text } } }'
    expect(await ask(query, 'ada')).toEqual({ data: { node: null }, denials: [[['node'], 'FORBIDDEN']] })
    const node = { __typename: 'Note', id: '2', text: 'written by Grace' }
    expect(await ask(query, 'grace')).toEqual({ data: { node }, denials: [] })
  })

  it('decides each item of a list for itself', async () => {
    const { data, denials } = await ask('{ notes { text } }', 'ada')
    expect({ data, denials }).toEqual({
      data: { notes: [{ text: 'written by Ada' }, null] },
      denials: [[['notes', second], 'FORBIDDEN']],
    })
  })

  it('does not run a mutation that it denies', async () => {
    const { data, denials } = await ask('mutation { removeNote(id: "1") }', 'ada')
    expect([{ removeNote: null }, null]).toContainEqual(data)
    expect(denials).toEqual([[['removeNote'], 'FORBIDDEN']])
    expect((await ask('{ note(id: "1") { id } }', 'ada')).data).toEqual({ note: { id: '1' } })
  })

  it('runs it for whom it allows', async () => {
    expect((await ask('mutation { removeNote(id: "2") }', 'grace')).data).toEqual({ removeNote: true })
    expect((await ask('{ notes { id } }', 'grace')).data).toEqual({ notes: [{ id: '1' }] })
  })
})
