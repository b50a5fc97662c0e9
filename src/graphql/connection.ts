import { validate as isUuid } from 'uuid'
import { InputError } from '../errors.ts'
import type { Page, PageRequest } from '../page.ts'

const defaultFirst = 20
/** Entries of a page, at most. */
export const largestFirst = 100

/** A list that is read in pages. */
export interface Listing<Item> {
  page(request: PageRequest): Promise<Page<Item>>
  count(): Promise<number>
}

/** A page as clients see it, after the Relay cursor connections specification. */
export interface Connection<Item> {
  edges: { cursor: string; node: Item }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
  /** Counted only when selected: the executor calls it then. */
  totalCount(): Promise<number>
}

export interface ConnectionArguments {
  first?: number | null | undefined
  after?: string | null | undefined
}

/**
 * Reads the page that a client asks for.
 *
 * @throws InputError when `first` is not 1 to 100, or `after` is no cursor
 */
export async function createConnection<Item extends { id: string }>(
  listing: Listing<Item>,
  args: ConnectionArguments,
): Promise<Connection<Item>> {
  const request = parsePageRequest(args)
  const { items, hasNextPage } = await listing.page(request)
  const edges = items.map((node) => ({ cursor: toCursor(node.id), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: request.after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => listing.count(),
  }
}

function parsePageRequest({ first, after }: ConnectionArguments): PageRequest {
  const size = first ?? defaultFirst
  if (size < 1 || size > largestFirst) {
    throw new InputError('first', `first must be 1 to ${largestFirst}, not ${size}`)
  }
  return { first: size, after: after === null || after === undefined ? null : parseCursor(after) }
}

/** Opaque to clients: that it holds an id today is nothing to build on. */
function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url')
}

function parseCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  // Decoding skips what is not base64url, so only what encodes to the same text again was a cursor of ours.
  if (!isUuid(id) || toCursor(id) !== cursor) {
    throw new InputError('after', 'after must be a cursor that this list gave, such as pageInfo.endCursor')
  }
  return id
}
