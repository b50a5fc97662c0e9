import type { SecondFactorRequired, SignedIn } from '../identity/identity.ts'
import type { Session } from '../identity/session.ts'
import { type Context, createViewer } from './context.ts'

/** Keeps what a ceremony gave whom it signed in: for resolvers of `@signsIn` fields. Gives the session. */
export function signIn(context: Context, signedIn: SignedIn): Session {
  keep(context, signedIn)
  context.established = createViewer(signedIn)
  return signedIn.session
}

/** As {@link signIn}, unless a second factor is wanted first: then nobody is signed in, and the cookie stays as it is. */
export function finishLogin(
  context: Context,
  outcome: SignedIn | SecondFactorRequired,
): Session | SecondFactorRequired {
  return 'challenge' in outcome ? outcome : signIn(context, outcome)
}

/** Has the browser keep a session in the place of the one it came with. The viewer stays who they were. */
export function keep(context: Context, signedIn: SignedIn): void {
  context.cookies.set(signedIn)
  context.sessionToken = signedIn.token
}

/** Has the browser drop its session, which has ended. */
export function signOut(context: Context): void {
  context.cookies.clear()
  context.sessionToken = null
  context.session = null
  context.established = null
}
