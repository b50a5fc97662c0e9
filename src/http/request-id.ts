import type { IncomingMessage } from 'node:http'
import type { CreateId } from '../id.ts'

/** A UUID, or a trace id (W3C Trace Context, section 3.2.2.3): nothing that could forge a line of the log. */
const acceptable = /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i

/** Names each request: as the proxy before this server did if that is harmless, else anew. */
export function createRequestId(createId: CreateId): (request: IncomingMessage) => string {
  return ({ headers }) => {
    const given = headers['x-request-id']
    return typeof given === 'string' && acceptable.test(given) ? given : createId()
  }
}
