import { createViewer, type LiveViewer } from '../graphql/context.ts'
import type { Authentication } from '../identity/authenticate.ts'
import type { Identity } from '../identity/identity.ts'
import type { SessionWatch } from '../identity/session-watch.ts'
import { type Credentials, confirmRequest } from './authenticate-request.ts'

/** Who waits for events; to be closed when they wait no more. */
export interface WatchedViewer extends LiveViewer {
  /** Tells as whom they stand now, as it was told when they came. */
  authenticate(): Promise<Authentication>
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
  const read = async () => {
    try {
      return await session.read()
    } catch (error) {
      failure = error
      throw error
    }
  }
  return {
    get ended() {
      return session.ended
    },
    get failure() {
      return failure
    },
    async find() {
      const standing = await read()
      return standing && createViewer(standing)
    },
    async authenticate() {
      const standing = await read()
      return standing ? { kind: 'signed-in', ...standing, renewedToken: null } : nobody
    },
    onChange: session.onChange,
    close: session.close,
  }
}

const nobody: Authentication = { kind: 'anonymous', clearCookie: false }

const anonymous: WatchedViewer = {
  ended: false,
  failure: null,
  find: async () => null,
  authenticate: async () => nobody,
  onChange: () => () => {},
  close() {},
}
