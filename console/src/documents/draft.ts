import { useState } from 'react'
import type { DocumentPartsFragment } from '../__generated__/document.ts'
import { useSession } from '../session/session.tsx'
import type { Content } from './content-form.tsx'

export type Base = Pick<DocumentPartsFragment, 'title' | 'body' | 'version'>

/** What somebody has written and not saved, and what it is a change of. */
export interface Draft {
  base: Base
  content: Content
}

/** By user and document. A draft outlives its page, as when the session ends meanwhile, and goes with the window. */
const drafts = new Map<string, Draft>()

/** The place of a draft of whoever is signed in. */
function useKey(documentId: string): string {
  return `${useSession().session?.user.id}/${documentId}`
}

/** Whether something of a document is written and not saved. */
export function useHasDraft(documentId: string): boolean {
  return drafts.has(useKey(documentId))
}

/** A draft that begins with the document as it is, or with what was written before. */
export function useDraft(documentId: string, document: Base) {
  const key = useKey(documentId)
  const [restored] = useState(drafts.has(key))
  const [draft, setDraft] = useState<Draft>(() => drafts.get(key) ?? draftOf(document))
  const { base, content } = draft
  return {
    ...draft,
    /** Whether it is there from an earlier visit. */
    restored,
    unsaved: isUnsaved({ base, content }),
    change(next: Partial<Draft>) {
      const changed = { ...draft, ...next }
      if (isUnsaved(changed)) drafts.set(key, changed)
      else drafts.delete(key)
      setDraft(changed)
    },
    drop: () => drafts.delete(key),
  }
}

export function draftOf(document: Base): Draft {
  return { base: document, content: { title: document.title, body: document.body } }
}

function isUnsaved({ base, content }: Draft): boolean {
  return content.title !== base.title || content.body !== base.body
}
