import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { type ConnectionArguments, createConnection, type Listing } from '../../src/graphql/connection.ts'
import { createId } from '../../src/id.ts'
import type { PageRequest } from '../../src/page.ts'

const items = Array.from({ length: 3 }, () => ({ id: createId() }))

/** A list of three, read as a store would. */
function createListing() {
  const requests: PageRequest[] = []
  let counted = 0
  const listing: Listing<{ id: string }> = {
    async page(request) {
      requests.push(request)
      const start = items.findIndex(({ id }) => id === request.after) + 1
      const end = start + request.first
      return { items: items.slice(start, end), hasNextPage: end < items.length }
    },
    async count() {
      counted += 1
      return items.length
    },
  }
  return { listing, requests, counts: () => counted }
}

async function refusalOf(args: ConnectionArguments) {
  const { listing, requests } = createListing()
  const error = await createConnection(listing, args).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(InputError)
  expect(requests).toEqual([])
  return (error as InputError).argument
}

describe('createConnection()', () => {
  it('goes on from the cursor of the page before until there is nothing more', async () => {
    const { listing } = createListing()
    const first = await createConnection(listing, { first: 2 })
    expect(first.edges.map(({ node }) => node)).toEqual(items.slice(0, 2))
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0]?.cursor,
      endCursor: first.edges[1]?.cursor,
    })
    const second = await createConnection(listing, { first: 2, after: first.pageInfo.endCursor })
    expect(second.edges.map(({ node }) => node)).toEqual(items.slice(2))
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const third = await createConnection(listing, { after: second.pageInfo.endCursor })
    expect(third.edges).toEqual([])
    expect(third.pageInfo).toMatchObject({ hasNextPage: false, startCursor: null, endCursor: null })
  })

  it('gives cursors that do not show the id', async () => {
    const { edges } = await createConnection(createListing().listing, {})
    for (const { cursor, node } of edges) expect(cursor).not.toContain(node.id.slice(0, 8))
  })

  it('counts only when asked', async () => {
    const { listing, counts } = createListing()
    const connection = await createConnection(listing, {})
    expect(counts()).toBe(0)
    expect(await connection.totalCount()).toBe(3)
  })

  it.each([1, 100])('takes first: %i', async (first) => {
    const { listing, requests } = createListing()
    await createConnection(listing, { first })
    expect(requests).toEqual([{ first, after: null }])
  })

  it('takes 20 when first is left out or null', async () => {
    const { listing, requests } = createListing()
    await createConnection(listing, {})
    await createConnection(listing, { first: null, after: null })
    expect(requests.map(({ first }) => first)).toEqual([20, 20])
  })

  it.each([0, -1, 101, 2_147_483_647])('refuses first: %i', async (first) => {
    expect(await refusalOf({ first })).toBe('first')
  })

  it.each([
    ['an empty text', ''],
    ['a bare id', createId()],
    ['another text encoded', Buffer.from('hello').toString('base64url')],
    ['a cursor with a tail', `${Buffer.from(createId()).toString('base64url')}==`],
    ['a cursor with a space in it', ` ${Buffer.from(createId()).toString('base64url')}`],
    ['SQL', "' OR 1=1 --"],
  ])('refuses %s for after', async (_, after) => {
    expect(await refusalOf({ after })).toBe('after')
  })
})
