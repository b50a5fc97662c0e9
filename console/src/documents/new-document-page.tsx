import { useState } from 'react'
import { useNavigate } from 'react-router'
import { CreateDocumentDocument } from '../__generated__/document.ts'
import { useAction } from '../api/use-action.ts'
import { PageHeading } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { ContentForm } from './content-form.tsx'

export default function NewDocumentPage() {
  const create = useAction(CreateDocumentDocument)
  const navigate = useNavigate()
  const tell = useStatus()
  const [content, setContent] = useState({ title: '', body: '' })
  const save = async () => {
    const data = await create.run(content)
    if (!data?.createDocument) return
    tell('The document is made: nobody else may read it until you share or publish it')
    await navigate(`/documents/${data.createDocument.id}`, { replace: true })
  }
  return (
    <>
      <PageHeading title="New document" />
      <ContentForm
        content={content}
        onChange={setContent}
        save="Make the document"
        action={create}
        onSave={save}
        onCancel={() => void navigate('/documents')}
      />
    </>
  )
}
