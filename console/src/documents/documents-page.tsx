import { useQuery } from '@apollo/client/react'
import { Link, useSearchParams } from 'react-router'
import { DocumentsDocument, type DocumentsQuery, type DocumentsQueryVariables } from '../__generated__/documents.ts'
import { Button, ButtonLink } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Empty, PageHeading } from '../components/page.tsx'
import { Pager, usePaging } from '../components/pager.tsx'
import { Result } from '../components/result.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'

type Filter = NonNullable<DocumentsQueryVariables['filter']>
type Document = NonNullable<NonNullable<DocumentsQuery['documents']>['edges'][number]['node']>

const views = [
  { show: null, label: 'All', nothing: 'There is no document that you may read.' },
  { show: 'mine', label: 'Mine', nothing: 'You have no document yet.' },
  { show: 'shared', label: 'Shared with me', nothing: 'Nobody shares a document with you.' },
  { show: 'published', label: 'Published', nothing: 'No document is published.' },
] as const
type Show = (typeof views)[number]['show']

/** What is listed stands in the address, so that it can be kept, and the way back from a document leads to it. */
export default function DocumentsPage() {
  const [parameters, setParameters] = useSearchParams()
  const offersNew = useOffered('Mutation.createDocument')
  const search = parameters.get('search') ?? ''
  const view = views.find(({ show }) => show === parameters.get('show')) ?? views[0]

  return (
    <>
      <PageHeading title="Documents">
        {offersNew && (
          <ButtonLink to="/documents/new" look="primary">
            New document
          </ButtonLink>
        )}
      </PageHeading>
      <nav aria-label="Which documents" className="tabs">
        <ul>
          {views.map(({ show, label }) => (
            <li key={label}>
              <Link
                to={{ search: addressOf(show, search) }}
                className={show === view.show ? 'active' : undefined}
                aria-current={show === view.show ? 'page' : undefined}
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <DocumentList
        key={parameters.toString()}
        show={view.show}
        search={search}
        nothing={search ? `No document here has “${search}” in its title or text.` : view.nothing}
        onSearch={(text) => setParameters(addressOf(view.show, text))}
      />
    </>
  )
}

interface ListProps {
  show: Show
  search: string
  nothing: string
  onSearch(text: string): void
}

function DocumentList({ show, search, nothing, onSearch }: ListProps) {
  const viewerId = useSession().session?.user.id ?? ''
  const paging = usePaging()
  const filter = { ...filterOf(show, viewerId), ...(search && { search }) }
  const query = useQuery(DocumentsDocument, { variables: { first: 20, after: paging.after, filter } })
  return (
    <>
      <Form className="form inline" label="Search" onSubmit={({ search: text = '' }) => onSearch(text.trim())}>
        <Field label="Title or text" name="search" type="search" defaultValue={search} maxLength={200} />
        <Button type="submit">Search</Button>
      </Form>
      <Result of={query}>
        {({ documents }) => {
          const rows = documents?.edges.flatMap(({ node }) => node ?? []) ?? []
          if (!documents || rows.length === 0) return <Empty>{nothing}</Empty>
          return (
            <div className="card">
              <Table label="Documents" columns={columnsFor(viewerId)} rows={rows} keyOf={({ id }) => id} />
              <Pager
                paging={paging}
                pageInfo={documents.pageInfo}
                summary={documents.totalCount === 1 ? '1 document' : `${documents.totalCount} documents`}
              />
            </div>
          )
        }}
      </Result>
    </>
  )
}

function columnsFor(viewerId: string): Column<Document>[] {
  return [
    {
      heading: 'Title',
      cell: ({ id, title, published }) => (
        <>
          <Link to={`/documents/${id}`}>{title}</Link> {published && <span className="badge success">Published</span>}
        </>
      ),
    },
    { heading: 'Owner', cell: ({ owner }) => (owner.id === viewerId ? 'You' : owner.name) },
    { heading: 'Changed', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
  ]
}

function filterOf(show: Show, viewerId: string): Filter {
  if (show === 'mine') return { ownerId: viewerId }
  if (show === 'shared') return { sharedWithMe: true }
  return show === 'published' ? { published: true } : {}
}

function addressOf(show: Show, search: string): string {
  return new URLSearchParams({ ...(show && { show }), ...(search && { search }) }).toString()
}
