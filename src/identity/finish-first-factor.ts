import { record } from '../audit/record.ts'
import type { Client, Identity, SecondFactorRequired, SignedIn } from './identity.ts'
import type { AuthenticationMethod } from './session.ts'
import { startSession } from './start-session.ts'
import type { User } from './user.ts'

/** Seconds, and tries, to give the second factor. */
export const challengeLifetime = 300
export const challengeAttempts = 5

export interface FirstFactor {
  /** Who has proved it. */
  user: User
  /** By what. A passkey is both factors, and does not come here. */
  method: Extract<AuthenticationMethod, 'PASSWORD' | 'EMAIL_CODE' | 'OAUTH'>
  /** The session that the request was authenticated by: the new one takes its place. */
  currentSession: { id: string } | null
  /** Gives what this browser alone keeps, asked for only when a second factor is wanted; null: any browser may give it. */
  bindBrowser: (() => string) | null
}

/**
 * Ends a sign-in of a user who has just proved the first factor: with a session, or, where they have a second one, with
 * the challenge to give it, which grants nothing else. Both are recorded. It checks nothing about the user. Call it in a
 * transaction.
 */
export async function finishFirstFactor(
  identity: Identity,
  { user, method, currentSession, bindBrowser }: FirstFactor,
  client: Client,
): Promise<SignedIn | SecondFactorRequired> {
  const { totpAuthenticators, recoveryCodes, oneTimeSecrets, challenges } = identity
  if (await totpAuthenticators.findConfirmed(user.id)) {
    const { secret, expiresAt } = await oneTimeSecrets.createToken({
      purpose: 'SECOND_FACTOR',
      userId: user.id,
      binding: bindBrowser && secondFactorBinding(bindBrowser()),
      lifetime: challengeLifetime,
      attempts: challengeAttempts,
      data: method,
    })
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: null, ...client }, { action: 'SECOND_FACTOR_REQUIRED', subject })
    const methods: AuthenticationMethod[] = ['TOTP']
    if ((await recoveryCodes.countUnused(user.id)) > 0) methods.push('RECOVERY_CODE')
    return { challenge: challenges.issue({ userId: user.id, secret, expiresAt }), methods, expiresAt }
  }

  const signedIn = await startSession(
    identity,
    { user, methods: [method], replaces: currentSession?.id ?? null },
    client,
  )
  const subject = { type: 'Session', id: signedIn.session.id } as const
  await record(identity, { actorId: user.id, ...client }, { action: 'LOGIN_SUCCEEDED', subject })
  return signedIn
}

/** A challenge is good in one browser, and what that browser keeps is good for several things. */
export function secondFactorBinding(browserKey: string): string {
  return `second factor ${browserKey}`
}
