import { useApolloClient, useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import {
  DeleteDocumentDocument,
  DocumentDocument,
  type DocumentPartsFragment,
  PublishDocumentDocument,
} from '../__generated__/document.ts'
import { problemOf } from '../api/problem.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { Loading, PageHeading } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'
import { DocumentEditor } from './document-editor.tsx'
import { useHasDraft } from './draft.ts'
import { Sharing } from './sharing.tsx'
import { type LiveState, useLiveDocument } from './use-live-document.ts'
import './documents.css'

export default function DocumentPage() {
  const { id = '' } = useParams()
  return <LiveDocument key={id} id={id} />
}

function LiveDocument({ id }: { id: string }) {
  const query = useQuery(DocumentDocument, { variables: { id }, errorPolicy: 'all' })
  const live = useLiveDocument(id)
  const document = query.data?.document
  if (live === 'over' && document)
    return (
      <>
        <PageHeading title="Document" />
        <Notice kind="warning">
          <p>This document is not shared with you any more, or somebody deleted it.</p>
          <Link to="/documents">Go to the documents</Link>
        </Notice>
      </>
    )
  if (document) return <DocumentView document={document} live={live} onRefresh={() => void query.refetch()} />
  if (!query.error) return <Loading />
  return (
    <>
      <PageHeading title="Document" />
      <ProblemNotice problem={problemOf(query.error)} onRetry={() => void query.refetch().catch(() => {})} />
      <Link to="/documents">Go to the documents</Link>
    </>
  )
}

interface ViewProps {
  document: DocumentPartsFragment
  live: LiveState
  onRefresh(): void
}

function DocumentView({ document, live, onRefresh }: ViewProps) {
  const { session } = useSession()
  const [editing, setEditing] = useState(useHasDraft(document.id))
  const offersSharing = useOffered('Mutation.shareDocument')
  const offersLog = useOffered('Query.auditEvents')
  return (
    <>
      <PageHeading title={document.title}>
        {!editing && <Actions document={document} onEdit={() => setEditing(true)} />}
      </PageHeading>
      <p className="muted document-facts">
        <span className={document.published ? 'badge success' : 'badge'}>
          {document.published ? 'Published' : 'Not published'}
        </span>
        <span>{document.owner.id === session?.user.id ? 'Yours' : `By ${document.owner.name}`}</span>
        <span>
          Changed <Time at={document.updatedAt} />
        </span>
        <span>Version {document.version}</span>
        <LiveMark state={live} />
        {offersLog && <Link to={`/administration/audit?subject=${document.id}`}>What happened to it</Link>}
      </p>
      {editing ? (
        <DocumentEditor document={document} onClose={() => setEditing(false)} onRefresh={onRefresh} />
      ) : (
        <article className="card document-text" aria-label="Text">
          {document.body || <span className="muted">There is no text yet.</span>}
        </article>
      )}
      {document.grants && (
        <Sharing
          documentId={document.id}
          owner={document.owner.name}
          grants={document.grants}
          published={document.published}
          offersChanges={offersSharing}
          onChanged={onRefresh}
        />
      )}
    </>
  )
}

function LiveMark({ state }: { state: LiveState }) {
  if (state === 'open')
    return (
      <span className="badge accent" title="What others change is shown at once">
        Live
      </span>
    )
  if (state === 'cut')
    return (
      <span className="badge warning" role="status">
        Not live: what others change may not be shown
      </span>
    )
  return null
}

/** What the viewer's roles offer, and what the API gives of this document besides. */
function Actions({ document, onEdit }: { document: DocumentPartsFragment; onEdit(): void }) {
  const { id, title, published } = document
  const client = useApolloClient()
  const navigate = useNavigate()
  const tell = useStatus()
  const publish = useAction(PublishDocumentDocument)
  const remove = useAction(DeleteDocumentDocument)
  const [asking, setAsking] = useState<'publish' | 'delete' | null>(null)
  const mayChange = document.mayChange === true
  const offers = {
    edit: useOffered('Mutation.updateDocument') && mayChange,
    publish: useOffered('Mutation.publishDocument') && mayChange && !published,
    delete: useOffered('Mutation.deleteDocument') && document.grants !== null,
  }
  const close = () => {
    publish.reset()
    remove.reset()
    setAsking(null)
  }
  const publishIt = async () => {
    if (!(await publish.run({ id }))) return
    close()
    tell('Published: everyone who is signed in may read it')
  }
  const deleteIt = async () => {
    if (!(await remove.run({ id }))) return
    await navigate('/documents')
    client.cache.evict({ id: client.cache.identify({ __typename: 'Document', id }) ?? '' })
    tell('The document is deleted')
  }
  return (
    <div className="buttons">
      {offers.edit && (
        <Button look="primary" onPress={onEdit}>
          Edit
        </Button>
      )}
      {offers.publish && <Button onPress={() => setAsking('publish')}>Publish</Button>}
      {offers.delete && (
        <Button look="danger" onPress={() => setAsking('delete')}>
          Delete
        </Button>
      )}
      {asking === 'publish' && (
        <ConfirmDialog
          title={`Publish “${title}”?`}
          confirm="Publish it"
          dangerous={false}
          action={publish}
          onClose={close}
          onConfirm={() => void publishIt()}
        >
          <p>Everyone who is signed in may read it from then on. It cannot be taken back.</p>
        </ConfirmDialog>
      )}
      {asking === 'delete' && (
        <ConfirmDialog
          title={`Delete “${title}”?`}
          confirm="Delete the document"
          action={remove}
          onClose={close}
          onConfirm={() => void deleteIt()}
        >
          <p>It is gone for everyone, at once and for good.</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
