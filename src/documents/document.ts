import type { AccessLevel, AccessSubject } from '../access/access-grant.ts'
import type { Page, PageRequest } from '../page.ts'

export interface Document {
  id: string
  title: string
  body: string
  published: boolean
  owner: { id: string }
  /** Counts the changes, from 1. */
  version: number
  createdAt: Date
  updatedAt: Date
}

/** The rules of a list of documents: each must hold, and holds when one of its ways does. */
export type Visibility =
  | { kind: 'all' }
  | { kind: 'none' }
  | { kind: 'some'; rules: readonly { any: readonly VisibilityWay[] }[] }

/** One way to see a document: everything it names must hold. */
export interface VisibilityWay {
  owner: boolean
  access: AccessLevel | null
}

export interface DocumentFilter {
  search: string | null
  ownerId: string | null
  published: boolean | null
  sharedWithMe: boolean | null
}

export interface DocumentQuery {
  subject: AccessSubject
  visibility: Visibility
  filter: DocumentFilter
}

/** What the documents domain needs of a place that keeps documents. */
export interface DocumentStore {
  create(document: Document): Promise<void>
  find(id: string): Promise<Document | null>
  findMany(ids: readonly string[]): Promise<Document[]>
  /** Newest first; filter, visibility and paging are decided in the statement. */
  list(query: DocumentQuery & PageRequest): Promise<Page<Document>>
  count(query: DocumentQuery): Promise<number>
  /** Those of `ids` to which the subject has at least `level`: as owner, by a grant, or (READ) because published. */
  findAccessible(subject: AccessSubject, level: AccessLevel, ids: readonly string[]): Promise<string[]>
  /** Counts the version up; null when there is no such document at `expectedVersion` (any, if null). */
  update(
    id: string,
    changes: { title?: string; body?: string; published?: true },
    expectedVersion: number | null,
    at: Date,
  ): Promise<Document | null>
  delete(id: string): Promise<boolean>
  /** Deletes all that the user owns; gives their ids. Grants on them stay. */
  deleteByOwner(ownerId: string): Promise<string[]>
}
