import { Client, type CombinedError, cacheExchange, type Exchange, fetchExchange, gql, mapExchange } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'

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

/**
 * Make another one when somebody signs in or out: its cache is one person's.
 *
 * @param live - what subscriptions go by, if there are any
 */
export function createApi(url: string, page: Page, live: Exchange[] = []): Client {
  return new Client({
    url,
    // By GET, a query would look like a link that was followed, and be refused.
    preferGetMethod: false,
    fetchOptions: { credentials: 'include' },
    exchanges: [
      cacheExchange,
      mapExchange({
        onError(error) {
          if (has(error, 'UNAUTHENTICATED')) page.showSignIn()
        },
      }),
      // Holds all operations back while a person proves who they are, then repeats those that wanted it.
      authExchange(async ({ mutate }) => ({
        addAuthToOperation: (operation) => operation,
        didAuthError: (error, { kind }) =>
          has(error, 'REAUTHENTICATION_REQUIRED') &&
          // A mutation that has run in part has the status 200: twice would be once too often.
          (kind !== 'mutation' || error.response?.status === 401),
        async refreshAuth() {
          let problem: string | null = null
          for (;;) {
            const proof = await page.askForProof(problem)
            if (proof === null) return
            const { error } = await mutate(reauthenticate, proof)
            if (!error) return
            problem = error.graphQLErrors[0]?.message ?? error.message
          }
        },
      })),
      ...live,
      fetchExchange,
    ],
  })
}

const reauthenticate = gql`
  mutation ($password: String, $code: String) {
    reauthenticate(password: $password, code: $code) { id }
  }
`

function has(error: CombinedError, code: string): boolean {
  return error.graphQLErrors.some(({ extensions }) => extensions.code === code)
}

/** The fields that the viewer may not see, each as its path: `documents.edges.0.node.owner.email`. */
export function withheld(error: CombinedError | undefined): string[] {
  return (error?.graphQLErrors ?? []).flatMap(({ path, extensions }) =>
    extensions.code === 'FORBIDDEN' && path ? [path.join('.')] : [],
  )
}

/** For how many seconds a form should be locked; 0 where nothing is limited. */
export function secondsToWait(error: CombinedError | undefined): number {
  return Math.max(0, ...(error?.graphQLErrors ?? []).map(({ extensions }) => Number(extensions.retryAfter ?? 0)))
}
