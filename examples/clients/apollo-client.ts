import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { ErrorLink } from '@apollo/client/link/error'
import { from, of, switchMap } from 'rxjs'

// Apollo Client wants to know the defaults below in its types.
declare module '@apollo/client' {
  namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface Query {
        errorPolicy: 'all'
      }
      interface WatchQuery {
        errorPolicy: 'all'
      }
      interface Mutate {
        errorPolicy: 'all'
      }
    }
  }
}

/** What the page does when the API asks for it. */
export interface Page {
  /** Nobody is signed in any more: shows the form to sign in. */
  showSignIn(): void
  /** Asks who one is anew, saying what was wrong with the answer before; null when the person would rather not. */
  askForProof(problem: string | null): Promise<Proof | null>
}

/** The password, and a code where the account has an authenticator app. */
export interface Proof {
  password: string
  code?: string
}

/** @param live - what subscriptions go by, if there are any */
export function createApi(url: string, page: Page, live?: ApolloLink): ApolloClient {
  let proving: Promise<boolean> | null = null

  async function prove(): Promise<boolean> {
    let problem: string | null = null
    for (;;) {
      const proof = await page.askForProof(problem)
      if (proof === null) return false
      const { error } = await client.mutate({ mutation: reauthenticate, variables: { ...proof } })
      if (!error) return true
      problem = error.message
    }
  }

  /** However many operations want a proof at once, the person is asked once. */
  function proveOnce(): Promise<boolean> {
    proving ??= prove().finally(() => {
      proving = null
    })
    return proving
  }

  const handleErrors = new ErrorLink(({ error, result, operation, forward }) => {
    if (has(error, 'UNAUTHENTICATED')) page.showSignIn()
    // Where there are data, a mutation has run: twice would be once too often.
    const repeatable = !result?.data || operation.operationType !== 'mutation'
    if (!result || !has(error, 'REAUTHENTICATION_REQUIRED') || !repeatable) return
    return from(proveOnce()).pipe(switchMap((proved) => (proved ? forward(operation) : of(result))))
  })

  const http = new HttpLink({ uri: url, credentials: 'include' })
  const transport = live ? ApolloLink.split(({ operationType }) => operationType === 'subscription', live, http) : http
  const client = new ApolloClient({
    link: ApolloLink.from([handleErrors, transport]),
    cache: new InMemoryCache(),
    defaultOptions: {
      // What may be seen is shown, what is withheld is null with an error at its path. The cache keeps the null and
      // not the error: what others have put there would look as if there were nothing.
      query: { errorPolicy: 'all', fetchPolicy: 'network-only' },
      watchQuery: { errorPolicy: 'all', fetchPolicy: 'cache-and-network' },
      mutate: { errorPolicy: 'all' },
    },
  })
  return client
}

const reauthenticate = gql`
  mutation ($password: String, $code: String) {
    reauthenticate(password: $password, code: $code) { id }
  }
`

const login = gql`
  mutation ($email: EmailAddress!, $password: String!) {
    login(email: $email, password: $password) {
      __typename
      ... on Session { id user { id name } }
    }
  }
`

/** Signs in, and forgets what the cache holds of whoever was here before. */
export async function signIn(client: ApolloClient, email: string, password: string) {
  const result = await client.mutate({ mutation: login, variables: { email, password }, fetchPolicy: 'no-cache' })
  if (!result.error) await client.resetStore()
  return result
}

/** Signs out, and forgets what the cache holds. */
export async function signOut(client: ApolloClient) {
  await client.mutate({ mutation: gql`mutation { logout }` })
  await client.clearStore()
}

function has(error: unknown, code: string): boolean {
  return graphqlErrors(error).some(({ extensions }) => extensions?.code === code)
}

function graphqlErrors(error: unknown): CombinedGraphQLErrors['errors'] {
  return CombinedGraphQLErrors.is(error) ? error.errors : []
}

/** The fields that the viewer may not see, each as its path: `documents.edges.0.node.owner.email`. */
export function withheld(error: unknown): string[] {
  return graphqlErrors(error).flatMap(({ path, extensions }) =>
    extensions?.code === 'FORBIDDEN' && path ? [path.join('.')] : [],
  )
}

/** For how many seconds a form should be locked; 0 where nothing is limited. */
export function secondsToWait(error: unknown): number {
  return Math.max(0, ...graphqlErrors(error).map(({ extensions }) => Number(extensions?.retryAfter ?? 0)))
}
