import { CombinedGraphQLErrors, gql } from '@apollo/client'
import { it } from 'vitest'
import { createApi, secondsToWait, signIn, withheld } from '../../examples/clients/apollo-client.ts'
import { createLiveLink } from '../../examples/clients/apollo-client-live.ts'
import { createSocket } from '../../examples/clients/live-updates.ts'
import type { Outcome } from './describe-client.ts'
import { describeLive } from './describe-live.ts'
import { expectFollowed, openDocumentPage } from './in-use.ts'

function tell({ data, error }: { data?: unknown; error?: unknown }): Outcome {
  const codes = CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => String(extensions?.code)) : []
  return { data, codes, withheld: withheld(error), secondsToWait: secondsToWait(error) }
}

describeLive('a page with Apollo Client', (url, page, subscribe) => {
  const client = createApi(url, page, createLiveLink(subscribe))
  return {
    mutate: async (mutation) => tell(await client.mutate({ mutation: gql(mutation) })),
    follow(query, variables, listener) {
      const following = client.subscribe({ query: gql(query), variables, errorPolicy: 'all' })
      const subscription = following.subscribe({ next: (result) => listener(tell(result)) })
      return () => subscription.unsubscribe()
    },
  }
})

it('Apollo Client is used as the page shows', async () => {
  const opened = await openDocumentPage()
  const { endpoint, page, form, id, showDocument } = opened

  // #region in use
  const socket = createSocket(endpoint, () => client.refetchObservableQueries())
  const client = createApi(endpoint, page, createLiveLink(socket))

  const changes = gql`subscription ($id: ID!) { documentChanged(id: $id) { id title owner { id email } } }`
  function followDocument(id: string) {
    const following = client.subscribe({ query: changes, variables: { id }, errorPolicy: 'all' })
    return following.subscribe(({ data, error }) => showDocument(data, withheld(error)))
  }
  // #endregion

  await signIn(client, form.email, form.password)
  const subscription = followDocument(id)
  await expectFollowed(opened)
  subscription.unsubscribe()
})
