import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'

interface Shown {
  id: string
  mayChange: boolean | null
  grants: { id: string }[] | null
}

const fields = '{ id mayChange grants { id } }'
const everything = '{ documents(first: 100) { edges { node { id } } totalCount } }'
const listed = `query ($filter: DocumentFilter) { documents(first: 100, filter: $filter) { edges { node ${fields} } totalCount } }`

/** With which grants, each on a document of its own of the administrator's. */
const grants = [
  [],
  ['userId', 'READ'],
  ['userId', 'WRITE'],
  ['userId', 'MANAGE'],
  ['role', 'READ'],
  ['role', 'MANAGE'],
  ['everyone', 'WRITE'],
  ['email', 'MANAGE'],
] as const

let house: House
let ids: string[]
beforeAll(async () => {
  house = await openHouse()
  const { admin } = house.as
  const create = 'mutation ($title: String!) { createDocument(title: $title, body: "") { id } }'
  const share =
    'mutation ($id: ID!, $with: GranteeInput!, $level: AccessLevel!) { shareDocument(id: $id, with: $with, level: $level) { id } }'
  const grantees = {
    userId: house.ids.member,
    role: 'EDITOR',
    everyone: true,
    email: 'member@example.com',
  }
  for (const isPublished of [false, true])
    for (const [to, level] of grants) {
      const { createDocument } = dataOf(
        await admin.execute<{ createDocument: { id: string } }>(create, { title: `${to} ${level}` }),
      )
      const { id } = createDocument
      if (to) dataOf(await admin.execute(share, { id, with: { [to]: grantees[to] }, level }))
      if (isPublished) dataOf(await admin.execute(`mutation { publishDocument(id: "${id}") { id } }`))
    }
  await house.createDocument()
  const { documents } = dataOf(await admin.execute<{ documents: { edges: { node: { id: string } }[] } }>(everything))
  ids = documents.edges.map(({ node }) => node.id)
})
afterAll(() => house.close())

/** What is answered of a document that is asked for by itself: there its access control list is asked. */
async function lookUp(person: keyof House['as'], id: string) {
  const query = `query ($id: ID!) { document(id: $id) ${fields} }`
  const answer = await house.as[person].execute<{ document: Shown | null }>(query, { id })
  const denied = refusals(answer).map(([code, path]) => [code, path.replace('document.', '')])
  return { document: answer.body.data?.document ?? null, denied: denied.sort() }
}

describe('a list of documents, which decides their rule by itself,', () => {
  it.each(['stranger', 'member', 'editor', 'admin'] as const)(
    'shows %s of each what the document by itself does, and none that is denied there',
    async (person) => {
      const byItself = new Map(await Promise.all(ids.map(async (id) => [id, await lookUp(person, id)] as const)))
      const visible = ids.filter((id) => byItself.get(id)?.document)
      expect(visible.length).toBeGreaterThan(5)
      // The other two may read any.
      expect(visible.length < ids.length).toBe(person === 'stranger' || person === 'member')
      for (const id of ids.filter((id) => !visible.includes(id)))
        expect(byItself.get(id)).toEqual({ document: null, denied: [['FORBIDDEN', 'document']] })

      const before = house.dump()
      for (const filter of [{}, { sharedWithMe: true }, { sharedWithMe: false }, { published: true }]) {
        const answer = await house.as[person].execute<{
          documents: { edges: { node: Shown | null }[]; totalCount: number }
        }>(listed, { filter })
        const { edges = [], totalCount } = answer.body.data?.documents ?? {}
        const denied = refusals(answer)
        for (const [index, { node }] of edges.entries()) {
          const prefix = `documents.edges.${index}.node.`
          const here = denied.flatMap(([code, path]) =>
            path.startsWith(prefix) ? [[code, path.slice(prefix.length)]] : [],
          )
          expect({ document: node, denied: here.sort() }).toEqual(byItself.get(node?.id ?? ''))
        }
        const found = edges.map(({ node }) => node?.id)
        expect(found).toHaveLength(totalCount ?? -1)
        if (Object.keys(filter).length === 0) expect(found.sort()).toEqual(visible.toSorted())
        else expect(visible).toEqual(expect.arrayContaining(found))
      }
      expect(house.dump()).toEqual(before)
    },
  )

  it('shows nobody what another list of the same operation may show', async () => {
    const query = `query ($a: DocumentFilter, $b: DocumentFilter) {
      a: documents(first: 100, filter: $a) { edges { node ${fields} } }
      b: documents(first: 100, filter: $b) { edges { node ${fields} } }
    }`
    const answer = await house.as.stranger.execute<Record<'a' | 'b', { edges: { node: Shown }[] }>>(query, {
      a: { sharedWithMe: true },
      b: { sharedWithMe: false },
    })
    const { a, b } = answer.body.data ?? {}
    const both = [...(a?.edges ?? []), ...(b?.edges ?? [])].map(({ node }) => node)
    for (const node of both) expect(node).toEqual((await lookUp('stranger', node.id)).document)
    expect(refusals(answer).every(([code]) => code === 'FORBIDDEN')).toBe(true)
  })

  it('lets go of a document as soon as its grant is withdrawn', async () => {
    const { admin, stranger } = house.as
    const create = 'mutation { createDocument(title: "New", body: "") { id } }'
    const { id } = dataOf(await admin.execute<{ createDocument: { id: string } }>(create)).createDocument
    const to = `id: "${id}", with: { userId: "${house.ids.stranger}" }`
    const isListed = async () => {
      const { documents } = dataOf(
        await stranger.execute<{ documents: { edges: { node: { id: string } }[] } }>(everything),
      )
      return documents.edges.some(({ node }) => node.id === id)
    }
    expect(await isListed()).toBe(false)
    dataOf(await admin.execute(`mutation { shareDocument(${to}, level: READ) { id } }`))
    expect(await isListed()).toBe(true)
    dataOf(await admin.execute(`mutation { unshareDocument(${to}) }`))
    expect(await isListed()).toBe(false)
    expect(await lookUp('stranger', id)).toEqual({ document: null, denied: [['FORBIDDEN', 'document']] })
  })
})
