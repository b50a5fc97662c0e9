import type { Page } from '../../page.ts'

/** Makes a page of the rows of a statement that asked for one more than `first`. */
export function toPage<Item>(rows: readonly Item[], first: number): Page<Item> {
  return { items: rows.slice(0, first), hasNextPage: rows.length > first }
}
