import type { DocumentNode } from 'graphql'
import type { Access } from '../access/access.ts'
import type { AuditStore, Origin } from '../audit/audit-event.ts'
import type { Viewer } from '../directives/index.ts'
import type { Documents } from '../documents/documents.ts'
import { AuthenticationError } from '../errors.ts'
import type { Authentication } from '../identity/authenticate.ts'
import type { Client, Identity, SignedIn } from '../identity/identity.ts'
import type { Session } from '../identity/session.ts'
import type { User } from '../identity/user.ts'
import { createLoaders, type Loaders } from './loaders.ts'

/** The domains, each with all that it works with. */
export interface Application {
  identity: Identity
  access: Access
  documents: Documents
  audit: AuditStore
}

/** What the answer to a request tells the browser to keep. */
export interface SessionCookies {
  /** Keeps the session's cookie, and the one by which this browser is known from now on. */
  set(signedIn: SignedIn): void
  /** Drops the session's cookie. */
  clear(): void
  /** Gives {@link Context.browserKey}, which the browser keeps from now on if it had none. */
  bindBrowser(): string
}

/** The viewer as the directives know them, and the session that says who they are. */
export interface SignedInViewer extends Viewer {
  sessionId: string
}

/** Who waits for the events of a subscription, which outlasts what was known of them when it began. */
export interface LiveViewer {
  /** Whether their session is over: then it stays so. Never of a viewer who was anonymous from the start. */
  readonly ended: boolean
  /** Why it could not be found out who they are; null as long as it could. */
  readonly failure: unknown
  /** Finds out anew who they are and what they may do; null once their session is over. */
  find(): Promise<SignedInViewer | null>
  /** Calls `listener` when their session is over, and when their roles are others; gives what ends it. */
  onChange(listener: () => void): () => void
}

/** A subscription that was read and found valid, not begun yet. */
export interface ValidSubscription {
  document: DocumentNode
  operationName: string | null
  variables: Record<string, unknown>
}

/** Whether a request is answered with a stream of events. The same object in every copy that Apollo Server makes of a context. */
export interface Streaming {
  /** `always` where the answer can be nothing else. */
  mode: 'never' | 'possible' | 'always'
  /** The subscription that the request turned out to be. */
  subscription: ValidSubscription | null
}

/** What resolvers share within one request. */
export interface Context {
  application: Application
  client: Client
  /** Who asks: the same from the request's start to its end. */
  viewer: SignedInViewer | null
  /** The viewer's account as it was at the request's start; null when nobody is signed in. */
  user: User | null
  /** The viewer's session, or the one that a change of password put in its place; null once it has ended. */
  session: Session | null
  /** The session cookie's value as the browser has it, good or bad. */
  sessionToken: string | null
  /** What this browser alone keeps, for secrets that are good in it alone; null when it came with nothing. */
  browserKey: string | null
  cookies: SessionCookies
  /** Whom a `@signsIn` field of this request signed in. */
  established: SignedInViewer | null
  streaming: Streaming
  /** Who waits for events; null where there is one answer, to who asked. */
  live: LiveViewer | null
  loaders: Loaders
}

/** What HTTP knows of a request when it hands it over. */
export interface ContextRequest {
  application: Application
  client: Client
  authentication: Authentication
  sessionToken: string | null
  browserKey: string | null
  cookies: SessionCookies
  streaming?: Streaming['mode']
}

export function createContext(request: ContextRequest): Context {
  const { application, authentication, streaming = 'never' } = request
  const signedIn = authentication.kind === 'signed-in' ? authentication : null
  return {
    application,
    client: request.client,
    sessionToken: request.sessionToken,
    browserKey: request.browserKey,
    cookies: request.cookies,
    viewer: signedIn && createViewer(signedIn),
    user: signedIn?.user ?? null,
    session: signedIn?.session ?? null,
    established: null,
    streaming: { mode: streaming, subscription: null },
    live: null,
    loaders: createLoaders(application),
  }
}

export function createViewer({ session, user }: { session: Session; user: User }): SignedInViewer {
  return {
    id: user.id,
    roles: user.roles,
    // An API token proves nothing anew: it never counts as freshly authenticated.
    authenticatedAt: session.kind === 'BROWSER' ? session.authenticatedAt : undefined,
    interactive: session.kind === 'BROWSER',
    permissions: session.permissions,
    sessionId: session.id,
  }
}

/** The rules let nobody past who is not signed in; this is for the compiler, and for a rule gone missing. */
export function requireViewer({ viewer }: Context): SignedInViewer {
  if (!viewer) throw new AuthenticationError('UNAUTHENTICATED')
  return viewer
}

/** As {@link requireViewer}; also for a session that an earlier field of the same request ended. */
export function requireSession({ session }: Context): Session {
  if (!session) throw new AuthenticationError('UNAUTHENTICATED')
  return session
}

/** Who does what this request does, for the audit log. */
export function originOf({ viewer, client }: Context): Origin {
  return { actorId: viewer?.id ?? null, ipAddress: client.ipAddress, userAgent: client.userAgent }
}
