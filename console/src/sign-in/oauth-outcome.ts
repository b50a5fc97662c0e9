/** What came of a way through a login provider, as the server says it in the hash: docs/sign-in.md has them all. */
export type OAuthOutcome =
  | { kind: 'signed-in' | 'linked' }
  | { kind: 'second-factor'; challenge: string }
  | { kind: 'refused'; message: string }

const reasons: Record<string, string> = {
  NOT_PROVED: 'The provider did not prove who you are, or the account is suspended. Try again, or sign in another way.',
  ADDRESS_UNVERIFIED:
    'The provider vouches for no address of yours. Confirm your address there, or register here with a password.',
  LINK_REQUIRED:
    'Your address has an account here already. Sign in to it another way, and link the provider under Account › Security.',
  LINKED_ELSEWHERE: "That account at the provider signs in to another user's account here. Take another one.",
  LINKED_ALREADY: 'Another account at this provider is linked already. Unlink that one first.',
  SIGN_IN_REQUIRED: 'The session in which you began is over. Sign in and link the provider again.',
}

export function readOAuthOutcome(hash: string): OAuthOutcome | null {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  const kind = said.get('oauth')
  if (kind === 'signed-in' || kind === 'linked') return { kind }
  const challenge = said.get('challenge')
  if (kind === 'second-factor' && challenge !== null) return { kind, challenge }
  if (kind !== 'refused') return null
  return { kind, message: reasons[said.get('reason') ?? ''] ?? 'The provider led to nothing. Try again.' }
}
