import { useState } from 'react'
import { type DocumentPartsFragment, UpdateDocumentDocument } from '../__generated__/document.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Notice } from '../components/notice.tsx'
import { useStatus } from '../components/status.tsx'
import { ContentForm } from './content-form.tsx'
import { lineChanges } from './line-changes.ts'

type Base = Pick<DocumentPartsFragment, 'title' | 'body' | 'version'>

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
  const [base, setBase] = useState<Base>(document)
  const [content, setContent] = useState({ title: document.title, body: document.body })
  const isTextTheSame = document.title === base.title && document.body === base.body
  // Of a version that differs in something else, such as that it is published, nothing can be overwritten.
  const seen = isTextTheSame ? document : base
  const isConflict = document.version > base.version && !isTextTheSame && !update.busy

  const save = async () => {
    const { title, body } = content
    const changes = { ...(title !== base.title && { title }), ...(body !== base.body && { body }) }
    if (Object.keys(changes).length === 0) return onClose()
    const data = await update.run({ id: document.id, ...changes, expectedVersion: seen.version })
    if (!data) return onRefresh()
    tell('Saved')
    onClose()
  }
  const takeTheirs = () => {
    update.reset()
    setBase(document)
    setContent({ title: document.title, body: document.body })
  }
  const keepMine = () => {
    update.reset()
    setBase(document)
  }
  const isStale = update.problem?.code === 'CONFLICT'
  return (
    <>
      {isConflict && <Conflict base={base} theirs={document} onTakeTheirs={takeTheirs} onKeepMine={keepMine} />}
      <ContentForm
        content={content}
        onChange={setContent}
        save="Save"
        // The notice above says more of it, and what to do.
        action={{ busy: update.busy, problem: isStale && isConflict ? null : update.problem }}
        onSave={() => void (isConflict || save())}
        onCancel={onClose}
        unsaved={content.title !== base.title || content.body !== base.body}
        autoFocus
      />
    </>
  )
}

interface ConflictProps {
  base: Base
  theirs: Base
  onTakeTheirs(): void
  onKeepMine(): void
}

function Conflict({ base, theirs, onTakeTheirs, onKeepMine }: ConflictProps) {
  return (
    <Notice kind="warning">
      <div role="alert">
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
