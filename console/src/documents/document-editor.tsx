import { type RefObject, useRef } from 'react'
import { type DocumentPartsFragment, UpdateDocumentDocument } from '../__generated__/document.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Notice } from '../components/notice.tsx'
import { useStatus } from '../components/status.tsx'
import { ContentForm } from './content-form.tsx'
import { type Base, draftOf, useDraft } from './draft.ts'
import { lineChanges } from './line-changes.ts'

interface Props {
  /** As it is known to stand on the server now. */
  document: DocumentPartsFragment
  onClose(): void
  /** Reads anew how it stands. */
  onRefresh(): void
}

/**
 * Changes the version of a document that its editor has seen, and no other: what somebody else changed meanwhile is
 * shown, and is overwritten only by somebody who has seen it and says so.
 */
export function DocumentEditor({ document, onClose, onRefresh }: Props) {
  const tell = useStatus()
  const update = useAction(UpdateDocumentDocument)
  const draft = useDraft(document.id, document)
  const { base, content } = draft
  const conflict = useRef<HTMLDivElement>(null)
  const isTextTheSame = document.title === base.title && document.body === base.body
  // Of a version that differs in something else, such as that it is published, nothing can be overwritten.
  const seen = isTextTheSame ? document : base
  const isConflict = document.version > base.version && !isTextTheSame && !update.busy

  const close = () => {
    draft.drop()
    onClose()
  }
  const save = async () => {
    const { title, body } = content
    const changes = { ...(title !== base.title && { title }), ...(body !== base.body && { body }) }
    if (!draft.unsaved) return close()
    const data = await update.run({ id: document.id, ...changes, expectedVersion: seen.version })
    if (!data) return onRefresh()
    tell('Saved')
    close()
  }
  const takeTheirs = () => {
    update.reset()
    draft.change(draftOf(document))
  }
  const keepMine = () => {
    update.reset()
    draft.change({ base: document })
  }
  const isStale = update.problem?.code === 'CONFLICT'
  return (
    <>
      {draft.restored && draft.unsaved && !isConflict && (
        <Notice>
          <p>What you wrote before is here again, and not saved yet.</p>
        </Notice>
      )}
      {isConflict && (
        <Conflict start={conflict} base={base} theirs={document} onTakeTheirs={takeTheirs} onKeepMine={keepMine} />
      )}
      <ContentForm
        content={content}
        onChange={(next) => draft.change({ content: next })}
        save="Save"
        // The notice above says more of it, and what to do.
        action={{ busy: update.busy, problem: isStale && isConflict ? null : update.problem }}
        onSave={() => (isConflict ? conflict.current?.focus() : void save())}
        onCancel={close}
        unsaved={draft.unsaved}
        autoFocus
      />
    </>
  )
}

interface ConflictProps {
  /** Where one is led who saves without having chosen. */
  start: RefObject<HTMLDivElement | null>
  base: Base
  theirs: Base
  onTakeTheirs(): void
  onKeepMine(): void
}

function Conflict({ start, base, theirs, onTakeTheirs, onKeepMine }: ConflictProps) {
  return (
    <Notice kind="warning">
      <div role="alert" ref={start} tabIndex={-1}>
        <h2>Somebody else changed this document while you were editing</h2>
        <p>Nothing of yours is saved or lost yet. Look at what they changed, then choose.</p>
      </div>
      {theirs.title !== base.title && (
        <Changes label="What they changed of the title" before={base.title} after={theirs.title} />
      )}
      {theirs.body !== base.body && (
        <Changes label="What they changed of the text" before={base.body} after={theirs.body} />
      )}
      <div className="buttons">
        <Button look="primary" onPress={onTakeTheirs}>
          Take theirs, drop mine
        </Button>
        <Button onPress={onKeepMine}>Keep mine, to save over theirs</Button>
      </div>
    </Notice>
  )
}

function Changes({ label, before, after }: { label: string; before: string; after: string }) {
  // Lines of a text that never changes while it is shown: their place is their name.
  const lines = lineChanges(before, after).map((line, at) => ({ ...line, key: at }))
  return (
    <figure className="changes">
      <figcaption>{label}</figcaption>
      {lines.map(({ kind, text, key }) => (
        <div key={key} className={kind}>
          {kind === 'removed' && (
            <del>
              <span className="visually-hidden">Removed: </span>
              {text || ' '}
            </del>
          )}
          {kind === 'added' && (
            <ins>
              <span className="visually-hidden">Added: </span>
              {text || ' '}
            </ins>
          )}
          {kind !== 'removed' && kind !== 'added' && (text || ' ')}
        </div>
      ))}
    </figure>
  )
}
