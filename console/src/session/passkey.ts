import type { ApolloClient } from '@apollo/client'
import { BeginPasskeyLoginDocument, FinishPasskeyLoginDocument } from '../__generated__/passkey.ts'
import { type Problem, problemOf } from '../api/problem.ts'

/** Whether this browser has passkeys, and reads and writes WebAuthn's JSON by itself. */
export const hasPasskeys =
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Signs in with a passkey; gives the problem where there is one, and null for success. */
export async function signInByPasskey(api: ApolloClient): Promise<Problem | null> {
  try {
    const { data } = await api.mutate({ mutation: BeginPasskeyLoginDocument })
    if (!data?.beginPasskeyLogin) return browserProblem(null)
    const { challenge, options } = data.beginPasskeyLogin
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON)
    const credential = await navigator.credentials.get({ publicKey })
    const response = (credential as PublicKeyCredential).toJSON()
    await api.mutate({
      mutation: FinishPasskeyLoginDocument,
      variables: { challenge, response },
      context: { proves: true },
    })
    return null
  } catch (error) {
    return error instanceof DOMException ? browserProblem(error) : problemOf(error)
  }
}

/** What the browser, or whoever is in front of it, did not want. */
export function browserProblem(error: DOMException | null): Problem {
  const message =
    error?.name === 'InvalidStateError'
      ? 'This device has a passkey for this account already. Use that one, or another device.'
      : 'No passkey was used: it was cancelled, took too long, or there is none here. Try again, or take another way.'
  return { code: 'PASSKEY', message, argument: null, retryAfter: 0 }
}
