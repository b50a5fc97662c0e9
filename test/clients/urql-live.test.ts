import { type CombinedError, gql } from '@urql/core'
import { it } from 'vitest'
import { createSocket } from '../../examples/clients/live-updates.ts'
import { createApi, secondsToWait, withheld } from '../../examples/clients/urql.ts'
import { createLiveExchange } from '../../examples/clients/urql-live.ts'
import type { Outcome } from './describe-client.ts'
import { describeLive } from './describe-live.ts'
import { expectFollowed, openDocumentPage } from './in-use.ts'

function tell({ data, error }: { data?: unknown; error?: CombinedError | undefined }): Outcome {
  const codes = (error?.graphQLErrors ?? []).map(({ extensions }) => String(extensions.code))
  return { data, codes, withheld: withheld(error), secondsToWait: secondsToWait(error) }
}

describeLive('a page with urql', (url, page, subscribe) => {
  const client = createApi(url, page, [createLiveExchange(subscribe)])
  return {
    mutate: async (mutation) => tell(await client.mutation(mutation, {}).toPromise()),
    follow(query, variables, listener) {
      const { unsubscribe } = client.subscription(query, variables).subscribe((result) => listener(tell(result)))
      return unsubscribe
    },
  }
})

it('urql is used as the page shows', async () => {
  const opened = await openDocumentPage()
  const { endpoint, page, form, id, showDocument } = opened

  // #region in use
  const live = createLiveExchange(createSocket(endpoint))
  let client = createApi(endpoint, page, [live])

  const changes = gql`subscription ($id: ID!) { documentChanged(id: $id) { id title owner { id email } } }`
  function followDocument(id: string) {
    const following = client.subscription(changes, { id })
    return following.subscribe(({ data, error }) => showDocument(data, withheld(error)))
  }
  // #endregion

  const login = gql`
    mutation ($email: EmailAddress!, $password: String!) { login(email: $email, password: $password) { __typename } }
  `
  await client.mutation(login, { email: form.email, password: form.password }).toPromise()
  client = createApi(endpoint, page, [live])
  const { unsubscribe } = followDocument(id)
  await expectFollowed(opened)
  unsubscribe()
})
