import { expect, it } from 'vitest'
import { createApi, secondsToWait, withheld } from '../../examples/clients/fetch.ts'
import { describeClient, type Outcome } from './describe-client.ts'
import { expectShown, openPage } from './in-use.ts'

describeClient('a page with fetch alone', (url, page) => {
  const send = createApi(url, page)
  const run = async (operation: string): Promise<Outcome> => {
    const answer = await send(operation)
    return {
      data: answer.data,
      codes: (answer.errors ?? []).map(({ extensions }) => extensions.code),
      withheld: withheld(answer),
      secondsToWait: secondsToWait(answer),
    }
  }
  return { query: run, mutate: run }
})

it('fetch is used as the page shows', async () => {
  const { endpoint, page, form, showDocuments, shown } = await openPage()
  const send = createApi(endpoint, page)

  // #region in use
  const login = /* GraphQL */ `
    mutation ($email: EmailAddress!, $password: String!) {
      login(email: $email, password: $password) { ... on Session { user { name } } }
    }
  `
  async function signIn() {
    const answer = await send(login, { email: form.email, password: form.password })
    const [error] = answer.errors ?? []
    if (error) form.showProblem(error.message, secondsToWait(answer))
  }

  async function listDocuments() {
    const answer = await send('{ documents(first: 2) { edges { node { title owner { name email } } } } }')
    showDocuments(answer.data, withheld(answer))
  }
  // #endregion

  await signIn()
  await listDocuments()
  expectShown(shown)
  form.password = 'wrong'
  await signIn()
  expect(shown).toMatchObject({ problem: 'Invalid email or password', wait: 0 })
})
