import { useNavigate } from 'react-router'
import { CreateDocumentDocument } from '../__generated__/document.ts'
import { useAction } from '../api/use-action.ts'
import { PageHeading } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { ContentForm } from './content-form.tsx'
import { useDraft } from './draft.ts'

/** What a new document is a change of. */
const nothing = { title: '', body: '', version: 0 }

export default function NewDocumentPage() {
  const create = useAction(CreateDocumentDocument)
  const navigate = useNavigate()
  const tell = useStatus()
  const draft = useDraft('new', nothing)
  const save = async () => {
    const data = await create.run(draft.content)
    if (!data?.createDocument) return
    draft.drop()
    tell('The document is made: nobody else may read it until you share or publish it')
    await navigate(`/documents/${data.createDocument.id}`, { replace: true })
  }
  const cancel = () => {
    draft.drop()
    void navigate('/documents')
  }
  return (
    <>
      <PageHeading title="New document" />
      <ContentForm
        content={draft.content}
        onChange={(content) => draft.change({ content })}
        save="Make the document"
        action={create}
        onSave={save}
        onCancel={cancel}
        unsaved={draft.unsaved}
      />
    </>
  )
}
