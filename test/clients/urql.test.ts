import { Client, type CombinedError, fetchExchange, gql } from '@urql/core'
import { expect, it } from 'vitest'
import { createApi, secondsToWait, withheld } from '../../examples/clients/urql.ts'
import { startServer } from '../support/server.ts'
import { describeClient, type Outcome } from './describe-client.ts'
import { expectShown, openPage } from './in-use.ts'

function tell({ data, error }: { data?: unknown; error?: CombinedError | undefined }): Outcome {
  if (error?.networkError) throw error.networkError
  return {
    data,
    codes: (error?.graphQLErrors ?? []).map(({ extensions }) => String(extensions.code)),
    withheld: withheld(error),
    secondsToWait: secondsToWait(error),
  }
}

describeClient('a page with urql', (url, page) => {
  const client = createApi(url, page)
  return {
    query: async (query) => tell(await client.query(query, {}, { requestPolicy: 'network-only' }).toPromise()),
    mutate: async (mutation) => tell(await client.mutation(mutation, {}).toPromise()),
  }
})

it('urql as it comes sends queries that look like links, and is refused', async () => {
  const { url } = await startServer()
  const ask = (options: { preferGetMethod?: false }) =>
    new Client({ url: `${url}/graphql`, exchanges: [fetchExchange], ...options })
      .query('{ __typename }', {})
      .toPromise()
  expect((await ask({})).error?.response).toMatchObject({ status: 400 })
  expect(await ask({ preferGetMethod: false })).toMatchObject({ data: { __typename: 'Query' } })
})

it('urql is used as the page shows', async () => {
  const { endpoint, page, form, showDocuments, shown } = await openPage()

  // #region in use
  let client = createApi(endpoint, page)

  const login = gql`
    mutation ($email: EmailAddress!, $password: String!) {
      login(email: $email, password: $password) { __typename ... on Session { user { name } } }
    }
  `
  async function signIn() {
    const { error } = await client.mutation(login, { email: form.email, password: form.password }).toPromise()
    if (error) form.showProblem(error.graphQLErrors[0]?.message ?? error.message, secondsToWait(error))
    else client = createApi(endpoint, page)
  }

  const documents = gql`{ documents(first: 2) { edges { node { title owner { name email } } } } }`
  async function listDocuments() {
    const { data, error } = await client.query(documents, {}).toPromise()
    showDocuments(data, withheld(error))
  }
  // #endregion

  await signIn()
  await listDocuments()
  expectShown(shown)
  form.password = 'wrong'
  await signIn()
  expect(shown).toMatchObject({ problem: 'Invalid email or password', wait: 0 })
})
