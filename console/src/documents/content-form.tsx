import { useEffect } from 'react'
import type { Action } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'

/** What somebody writes of a document. */
export interface Content {
  title: string
  body: string
}

interface Props {
  content: Content
  onChange(content: Content): void
  /** What the button says. */
  save: string
  action: Pick<Action<unknown, never>, 'problem' | 'busy'>
  onSave(): void
  onCancel(): void
  /** Whether there is something to lose when the window is closed. */
  unsaved: boolean
  autoFocus?: boolean
}

/** The title and the text of a document, new or old. */
export function ContentForm({ content, onChange, save, action, onSave, onCancel, unsaved, autoFocus }: Props) {
  useEffect(() => {
    if (!unsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
  return (
    <Form className="form card" label="Document" problem={action.problem} onSubmit={() => onSave()}>
      <Field
        label="Title"
        name="title"
        value={content.title}
        onChange={(title) => onChange({ ...content, title })}
        isRequired
        autoFocus={autoFocus ?? false}
      />
      <Field
        label="Text"
        name="body"
        rows={14}
        value={content.body}
        onChange={(body) => onChange({ ...content, body })}
      />
      <div className="buttons">
        <Button type="submit" look="primary" busy={action.busy}>
          {save}
        </Button>
        <Button onPress={onCancel}>Cancel</Button>
      </div>
    </Form>
  )
}
