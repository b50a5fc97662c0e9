import type { AccessSubject } from '../access/access-grant.ts'
import type { Page, PageRequest } from '../page.ts'
import { parseSearch } from '../search.ts'
import type { Document, DocumentFilter, DocumentQuery, Visibility } from './document.ts'
import type { Documents } from './documents.ts'

export interface DocumentList {
  subject: AccessSubject
  visibility: Visibility
  /** What is null or left out does not filter. */
  filter: { [Field in keyof DocumentFilter]?: DocumentFilter[Field] | undefined }
}

/** The documents of a list, a page at a time, and how many there are: both hold only what the subject may see. */
export interface DocumentListing {
  page(request: PageRequest): Promise<Page<Document>>
  count(): Promise<number>
}

/**
 * Lists documents, newest first. An empty search finds everything.
 *
 * @throws InputError when the search has more than 200 characters
 */
export function listDocuments(
  { documents }: Documents,
  { subject, visibility, filter }: DocumentList,
): DocumentListing {
  const query: DocumentQuery = {
    subject,
    visibility,
    filter: {
      search: parseSearch('filter.search', filter.search),
      ownerId: filter.ownerId ?? null,
      published: filter.published ?? null,
      sharedWithMe: filter.sharedWithMe ?? null,
    },
  }
  return {
    page: (request) => documents.list({ ...query, ...request }),
    count: () => documents.count(query),
  }
}
