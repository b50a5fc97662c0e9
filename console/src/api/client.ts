import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { ErrorLink } from '@apollo/client/link/error'
import { from, of, switchMap, throwError } from 'rxjs'
import { hasCode } from './problem.ts'

/** What the pages do when the API asks for it. */
export interface Requests {
  /** Nobody is signed in any more. */
  sessionEnded(): void
  /** Asks who one is anew; false when the person would rather not. */
  askForProof(): Promise<boolean>
}

/**
 * Makes the client of the API. The session is a cookie that no script reads: nothing here holds a token. An operation
 * that takes a recent sign-in is repeated once the person has proved who they are; whoever called never notices.
 */
export function createApi(requests: Requests): ApolloClient {
  const handleErrors = new ErrorLink(({ error, result, operation, forward }) => {
    if (hasCode(error, 'UNAUTHENTICATED')) requests.sessionEnded()
    // Where there are data of a mutation, something has run: twice would be once too often.
    const ran =
      operation.operationType === 'mutation' && Object.values(result?.data ?? {}).some((value) => value !== null)
    if (ran || !hasCode(error, 'REAUTHENTICATION_REQUIRED') || operation.getContext().proves === true) return
    const refused = () => (result ? of(result) : throwError(() => error))
    return from(requests.askForProof()).pipe(switchMap((proved) => (proved ? forward(operation) : refused())))
  })

  return new ApolloClient({
    link: ApolloLink.from([handleErrors, new HttpLink({ uri: '/graphql', credentials: 'same-origin' })]),
    cache: new InMemoryCache({
      typePolicies: {
        // A list of grants is whole each time: the old one has nothing to add to it.
        Document: { fields: { grants: { merge: false } } },
        // There is one of it, of which operations ask for different parts.
        AccessMatrix: { merge: true },
      },
      possibleTypes: {
        LoginResult: ['Session', 'SecondFactorRequired'],
        Node: ['User', 'Session', 'Document'],
        Grantee: ['User', 'Invitee', 'RoleGrantee', 'Everyone'],
      },
    }),
    // Others change what is shown here: a page shows at once what is known, and then what is so.
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network' } },
  })
}
