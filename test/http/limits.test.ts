import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createId } from '../../src/id.ts'
import { sessionOf } from '../contract/fixtures.ts'
import { refusals } from '../support/client.ts'
import { type House, openHouse } from '../support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')

/** Levels of fields below `me`, which is the first. */
const nested = (levels: number) => {
  const below = levels - 2
  const pairs = Math.floor(below / 2)
  return `me { ${'sessions { user { '.repeat(pairs)}${below % 2 ? 'sessions { id }' : 'id'}${' } }'.repeat(pairs)} }`
}

describe('an operation', () => {
  it.each([
    [
      'lists in lists',
      `{ ${nested(6)} }`,
      `{ ${nested(7)} }`,
      'fields, with full pages and 20 items in every other list: 67282, and at most 25000 are',
    ],
    [
      '30 aliases',
      `{ me { ${times(30, (n) => `a${n}: __typename`)} } }`,
      `{ me { ${times(31, (n) => `a${n}: __typename`)} } }`,
      'aliases: 31, and at most 30 are',
    ],
    [
      '10 root fields',
      `{ ${times(10, (n) => `a${n}: session { id }`)} }`,
      `{ ${times(11, (n) => `a${n}: session { id }`)} }`,
      'root fields: 11, and at most 10 are',
    ],
    [
      '20 directives',
      `{ me { ${times(20, () => 'id @include(if: true)')} } }`,
      `{ me { ${times(21, () => 'id @include(if: true)')} } }`,
      'directives: 21, and at most 20 are',
    ],
    [
      '5,000 selections with its fragments expanded',
      `{ me { ${times(48, () => '...F')} } } fragment F on User { ${times(100, () => 'id')} }`,
      `{ me { ${times(50, () => '...F')} } } fragment F on User { ${times(100, () => 'id')} }`,
      'selections: 5051, and at most 5000 are',
    ],
  ])('may have %s and no more', async (_, allowed, refused, message) => {
    const { member } = house.as
    expect((await member.execute(allowed)).body.errors).toBeUndefined()
    const answer = await member.execute(refused)
    expect(answer.status).toBe(400)
    expect(refusals(answer)).toEqual([['GRAPHQL_VALIDATION_FAILED', '']])
    expect(answer.body.errors?.[0]?.message).toBe(`The operation has too many ${message} allowed`)
    expect(answer.body.data).toBeUndefined()
  })

  it.each([
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    '{ me { ...A } } fragment A on User { sessions { user { ...A } } }',
    `{ ...F0 } ${times(40, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F40 on Query { me { id } }`,
  ])('with fragments that never end is refused at once: %s', async (query) => {
    const start = performance.now()
    const answer = await house.as.member.execute(query)
    expect(answer.status).toBe(400)
    expect(new Set(refusals(answer).map(([code]) => code))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']))
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it.each([
    [20, 20],
    [21, 20],
    [480, 20],
  ])('with %i faults is told %i of them', async (faults, told) => {
    const answer = await house.as.member.execute(`{ me { ${times(faults, (n) => `f${n}`)} } }`)
    expect(answer.status).toBe(400)
    const messages = answer.body.errors?.map(({ message }) => message) ?? []
    const unknown = times(told, (n) => `Cannot query field "f${n}" on type "User".\n`)
    expect(`${messages.slice(0, told).join('\n ')}\n`).toBe(unknown)
    const rest = faults > told ? ['Too many validation errors, error limit reached. Validation aborted.'] : []
    expect(messages.slice(told)).toEqual(rest)
  })

  it('is refused whole where its answer has more fields than it was measured with', async () => {
    const own = await openHouse({ env: { SESSIONS_PER_USER: '1000' } })
    onTestFinished(() => own.close())
    const { sessions, clock } = own.server.application.identity
    const now = clock.now()
    const later = new Date(now.getTime() + 60_000)
    const times = { createdAt: now, authenticatedAt: now, lastUsedAt: now, expiresAt: later, endsAt: later }
    for (let count = 0; count < 320; count++) await sessions.create(sessionOf(createId(), own.ids.member, times))
    const query = '{ me { sessions { user { sessions { id } } } } }'
    const answer = await own.as.member.execute(query)
    expect([answer.status, answer.body.data]).toEqual([200, null])
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', '']])
    expect(answer.body.errors?.[0]?.message).toBe('The answer has more than 100000 fields: ask for less at a time')
    // Nobody else notices, nor does what else they ask.
    expect((await own.as.member.execute('{ me { sessions { id } } }')).body.errors).toBeUndefined()
    expect((await own.as.editor.execute(query)).body.errors).toBeUndefined()
  })

  it('that asks for too much writes nothing', async () => {
    const before = house.dump()
    const creates = times(11, (n) => `a${n}: createDocument(title: "${n}", body: "") { id }`)
    const answer = await house.as.member.execute(`mutation { ${creates} }`)
    expect(answer.status).toBe(400)
    expect(house.dump()).toEqual(before)
  })

  it('is one of those in the document, and named', async () => {
    const query = 'query A { me { id } } query B { session { id } }'
    const answer = await house.as.member.execute(query)
    expect(answer.status).toBe(400)
    expect(refusals(answer)).toEqual([['OPERATION_RESOLUTION_FAILURE', '']])
  })

  it.each([
    [
      'subscription { documentChanged(id: "x") { id } }',
      406,
      'A subscription is answered with a stream of events: accept text/event-stream',
      'BAD_REQUEST',
    ],
    [
      'subscription { __typename }',
      400,
      'Anonymous Subscription must not select an introspection top level field.',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('is one that an answer in JSON can hold: not %s', async (query, status, message, code) => {
    const answer = await house.as.member.execute(query)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ errors: [{ message, extensions: { code } }] })
    expect(answer.body.data).toBeUndefined()
  })
})
