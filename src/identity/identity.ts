import type { RoleStore } from '../access/role-store.ts'
import type { AuditStore } from '../audit/audit-event.ts'
import type { Clock } from '../clock.ts'
import type { CreateId } from '../id.ts'
import type { Transaction } from '../transaction.ts'
import type { AccountStore } from './account-store.ts'
import type { ApiTokens } from './api-token/api-tokens.ts'
import type { Challenges } from './challenge.ts'
import type { DeviceTokens } from './device.ts'
import type { MailStore } from './email/mail.ts'
import type { KeyRing } from './key-ring.ts'
import type { LoginProviders } from './oauth/login-provider.ts'
import type { ProviderLinkStore } from './oauth/provider-link.ts'
import type { OneTimeSecrets } from './one-time-secret.ts'
import type { PasskeyStore } from './passkey/passkey.ts'
import type { RelyingParty } from './passkey/relying-party.ts'
import type { PasswordHasher } from './password/hash.ts'
import type { PasswordRules } from './password/rules.ts'
import type { PersonalData, PersonalRecordStore } from './personal-data.ts'
import type { Expiring } from './purge-expired.ts'
import type { Sealing } from './sealing.ts'
import type { AuthenticationMethod, Session, SessionStore } from './session.ts'
import type { SigningKeyStore } from './signing-key-store.ts'
import type { Throttle } from './throttle.ts'
import type { SessionTokens } from './token.ts'
import type { RecoveryCodeStore } from './totp/recovery-code-store.ts'
import type { TotpAuthenticatorStore } from './totp/totp-authenticator.ts'
import type { PasswordStore, User, UserStore } from './user.ts'

/** All that the ceremonies of this folder work with; made in compose.ts, handed to each as its first argument. */
export interface Identity {
  users: UserStore
  accounts: AccountStore
  personalRecords: PersonalRecordStore
  /** What the other domains keep of people. */
  personalData: readonly PersonalData[]
  passwords: PasswordStore
  sessions: SessionStore
  totpAuthenticators: TotpAuthenticatorStore
  recoveryCodes: RecoveryCodeStore
  passkeys: PasskeyStore
  providerLinks: ProviderLinkStore
  loginProviders: LoginProviders
  mails: MailStore
  signingKeys: SigningKeyStore
  roles: RoleStore
  audit: AuditStore
  throttle: Throttle
  hasher: PasswordHasher
  passwordRules: PasswordRules
  keys: KeyRing
  tokens: SessionTokens
  apiTokens: ApiTokens
  challenges: Challenges
  devices: DeviceTokens
  sealing: Sealing
  oneTimeSecrets: OneTimeSecrets
  relyingParty: RelyingParty
  expiring: readonly Expiring[]
  transaction: Transaction
  clock: Clock
  createId: CreateId
  settings: SessionSettings
  /** Whether `register` makes an account only once its address is proved. */
  emailVerification: 'optional' | 'required'
}

/** Lengths in seconds. */
export interface SessionSettings {
  /** How long a session lasts unused. */
  idle: number
  /** How long a session lasts at most. */
  absolute: number
  /** How many live sessions a user has at most; past it the least recently used ends. */
  perUser: number
}

/** A week unused, a month in all, twenty at a time. */
export const defaultSessionSettings: SessionSettings = { idle: 7 * 86_400, absolute: 30 * 86_400, perUser: 20 }

/** Where a request came from. */
export interface Client {
  ipAddress: string | null
  userAgent: string | null
  /** The value of the known-device cookie, not verified yet. */
  deviceToken: string | null
}

/** What a ceremony that signs somebody in gives back: the row, its user, and what the browser is to keep. */
export interface SignedIn {
  session: Session
  user: User
  /** The session cookie's value. */
  token: string
  /** The known-device cookie's value. */
  deviceToken: string
}

/** What a sign-in leads to when its user has a second factor. */
export interface SecondFactorRequired {
  /** To be handed back with a code, in the same browser. */
  challenge: string
  /** What a code may be of. */
  methods: readonly AuthenticationMethod[]
  expiresAt: Date
}
