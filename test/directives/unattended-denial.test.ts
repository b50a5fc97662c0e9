import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorize, errorsOf, member, run } from './harness.ts'

const sdl = `
  type Query { notes: [Note!] @auth drafts: [Draft!] @auth }
  type Note @allow(any: [{ access: READ }]) { id: ID }
  type Draft { id: ID body: String! @allow(any: [{ access: READ, resource: "Draft" }]) }
`
// The first is asked for, which takes time; without an id the second is denied at once.
const items = [{ id: 'first' }, { id: null }]
const schema = authorize(
  sdl,
  { Query: { notes: () => items, drafts: () => items } },
  { access: async (_, { ids }) => ids.map(() => false) },
)

describe('authorizeSchema(), where items of a list are denied at different times', () => {
  const unattended: unknown[] = []
  const take = (cause: unknown) => unattended.push(cause)
  beforeEach(() => {
    unattended.length = 0
    process.on('unhandledRejection', take)
  })
  afterEach(() => {
    process.off('unhandledRejection', take)
  })

  // graphql leaves the promises of the items before it behind when one throws at once; Node.js ends the process then.
  it.each([
    ['objects', '{ notes { id } }', /^notes\.\d$/],
    ['fields', '{ drafts { body } }', /^drafts\.\d\.body$/],
  ])('leaves no rejected promise of %s behind', async (_, source, place) => {
    const result = await run(schema, source, member)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(unattended).toEqual([])
    expect(Object.values(result.data ?? {})).toEqual([null])
    expect(errorsOf(result)).toEqual([[expect.stringMatching(place), 'FORBIDDEN']])
  })
})
