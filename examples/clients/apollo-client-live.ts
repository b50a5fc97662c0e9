import { ApolloLink, CombinedGraphQLErrors, Observable } from '@apollo/client'
import { print } from 'graphql'
import type { Subscribe } from './live-updates.ts'

/** Has Apollo Client subscribe: `createApi(url, page, createLiveLink(createSocket(url)))`. */
export function createLiveLink(subscribe: Subscribe): ApolloLink {
  return new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) =>
        subscribe(
          { query: print(query), variables },
          {
            next: (answer) => observer.next(answer as ApolloLink.Result),
            error: (error) =>
              observer.error(Array.isArray(error) ? new CombinedGraphQLErrors({ errors: error }) : error),
            complete: () => observer.complete(),
          },
        ),
      ),
  )
}
