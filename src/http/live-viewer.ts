import { createViewer, type LiveViewer } from '../graphql/context.ts'
import type { Authentication } from '../identity/authenticate.ts'
import type { Identity } from '../identity/identity.ts'
import type { SessionWatch } from '../identity/session-watch.ts'
import { type Credentials, confirmRequest } from './authenticate-request.ts'

/** Who waits for events; to be closed when they wait no more. */
export interface WatchedViewer extends LiveViewer {
  close(): void
}

/** Makes of who sent a request who waits for its events, by the same credentials. */
export function createLiveViewer(
  { identity, sessionWatch }: { identity: Identity; sessionWatch: SessionWatch },
  credentials: Credentials,
  authentication: Authentication,
): WatchedViewer {
  if (authentication.kind === 'anonymous') return anonymous
  const session = sessionWatch.watch(authentication, () => confirmRequest(identity, credentials))
  let failure: unknown = null
  return {
    get ended() {
      return session.ended
    },
    get failure() {
      return failure
    },
    async find() {
      try {
        const standing = await session.read()
        return standing && createViewer(standing)
      } catch (error) {
        failure = error
        throw error
      }
    },
    onChange: session.onChange,
    close: session.close,
  }
}

const anonymous: WatchedViewer = {
  ended: false,
  failure: null,
  find: async () => null,
  onChange: () => () => {},
  close() {},
}
