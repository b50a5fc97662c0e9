import { useQuery } from '@apollo/client/react'
import { Link, useSearchParams } from 'react-router'
import { PeopleDocument, type PeopleQuery } from '../__generated__/people.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Empty, PageHeading } from '../components/page.tsx'
import { Pager, usePaging } from '../components/pager.tsx'
import { Result } from '../components/result.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { wordsOf } from '../components/words.ts'

type Person = NonNullable<NonNullable<PeopleQuery['users']>['edges'][number]['node']>

export default function PeoplePage() {
  const [parameters, setParameters] = useSearchParams()
  const search = parameters.get('search') ?? ''
  return (
    <>
      <PageHeading title="People" />
      <People key={search} search={search} onSearch={(text) => setParameters(text ? { search: text } : {})} />
    </>
  )
}

function People({ search, onSearch }: { search: string; onSearch(text: string): void }) {
  const paging = usePaging()
  const variables = { first: 20, after: paging.after, search: search || null }
  const query = useQuery(PeopleDocument, { variables })
  return (
    <>
      <Form className="form inline" label="Search" onSubmit={({ search: text = '' }) => onSearch(text.trim())}>
        <Field label="Name or address" name="search" type="search" defaultValue={search} maxLength={200} />
        <Button type="submit">Search</Button>
      </Form>
      <Result of={query}>
        {({ users }) => {
          const rows = users?.edges.flatMap(({ node }) => node ?? []) ?? []
          if (!users || rows.length === 0) return <Empty>Nobody has “{search}” in their name or address.</Empty>
          return (
            <div className="card">
              <Table label="People" columns={columns} rows={rows} keyOf={({ id }) => id} />
              <Pager
                paging={paging}
                pageInfo={users.pageInfo}
                summary={users.totalCount === 1 ? '1 person' : `${users.totalCount} people`}
              />
            </div>
          )
        }}
      </Result>
    </>
  )
}

const columns: readonly Column<Person>[] = [
  {
    heading: 'Name',
    cell: ({ id, name, suspended }) => (
      <>
        <Link to={`/administration/people/${id}`}>{name}</Link>{' '}
        {suspended && <span className="badge danger">Suspended</span>}
      </>
    ),
  },
  { heading: 'Address', cell: ({ email }) => email },
  { heading: 'Roles', cell: ({ roles }) => roles?.map(wordsOf).join(', ') || 'none' },
  { heading: 'Since', cell: ({ createdAt }) => <Time at={createdAt} /> },
]
