import { CombinedGraphQLErrors, gql } from '@apollo/client'
import { expect, it } from 'vitest'
import { createApi, secondsToWait, signIn, signOut, withheld } from '../../examples/clients/apollo-client.ts'
import { demoPassword } from '../../src/demo.ts'
import { describeClient, type Outcome } from './describe-client.ts'
import { expectShown, openPage } from './in-use.ts'

function tell({ data, error }: { data?: unknown; error?: unknown }): Outcome {
  // What is no answer of the API is thrown by the others too.
  if (error && !CombinedGraphQLErrors.is(error)) throw error
  return {
    data,
    codes: CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => String(extensions?.code)) : [],
    withheld: withheld(error),
    secondsToWait: secondsToWait(error),
  }
}

describeClient('a page with Apollo Client', (url, page) => {
  const client = createApi(url, page)
  return {
    query: async (query) => tell(await client.query({ query: gql(query) })),
    mutate: async (mutation) => tell(await client.mutate({ mutation: gql(mutation) })),
  }
})

const owners = gql`{ documents(first: 1) { edges { node { id owner { id email } } } } }`

async function open() {
  const { endpoint, page } = await openPage()
  return createApi(endpoint, page)
}

it('Apollo Client is used as the page shows', async () => {
  const { endpoint, page, form, showDocuments, shown } = await openPage()
  const client = createApi(endpoint, page)

  // #region in use
  async function submit() {
    const { error } = await signIn(client, form.email, form.password)
    if (error) form.showProblem(error.message, secondsToWait(error))
  }

  const documents = gql`{ documents(first: 2) { edges { node { id title owner { id name email } } } } }`
  async function listDocuments() {
    const { data, error } = await client.query({ query: documents })
    showDocuments(data, withheld(error))
  }
  // #endregion

  await submit()
  await listDocuments()
  expectShown(shown)
  form.password = 'wrong'
  await submit()
  expect(shown).toMatchObject({ problem: 'Invalid email or password', wait: 0 })
})

it('Apollo Client keeps of what is withheld the null, and not the error', async () => {
  const client = await open()
  await signIn(client, 'member@example.com', demoPassword)
  const asked = await client.query({ query: owners })
  expect(withheld(asked.error)).toEqual(['documents.edges.0.node.owner.email'])
  const kept = await client.query({ query: owners, fetchPolicy: 'cache-first' })
  expect(kept).toEqual({ data: asked.data })
})

it('Apollo Client shows nobody what was read by whoever was here before', async () => {
  const client = await open()
  await signIn(client, 'admin@example.com', demoPassword)
  const asked = await client.query({ query: owners })
  expect(withheld(asked.error)).toEqual([])
  await signOut(client)
  expect(client.cache.extract()).toEqual({})
  const result = await signIn(client, 'member@example.com', demoPassword)
  expect(result.data).toMatchObject({ login: { user: { name: 'Max Member' } } })
  expect(JSON.stringify(client.cache.extract())).not.toContain('editor@example.com')
})

it('Apollo Client keeps nothing of a sign-in that fails', async () => {
  const client = await open()
  const { error } = await signIn(client, 'member@example.com', 'wrong')
  expect(error?.message).toMatch(/Invalid email or password/)
  expect(client.cache.extract()).toEqual({})
})
