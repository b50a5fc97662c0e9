import { addressTaken } from './address-taken.ts'
import { apiTokenCreated } from './api-token-created.ts'
import { changeEmail } from './change-email.ts'
import { credentialsRemoved } from './credentials-removed.ts'
import { emailChanged } from './email-changed.ts'
import { emailChanging } from './email-changing.ts'
import { loginCode } from './login-code.ts'
import { passkeyAdded } from './passkey-added.ts'
import { passkeyRemoved } from './passkey-removed.ts'
import { passwordChanged } from './password-changed.ts'
import { passwordReset } from './password-reset.ts'
import { providerLinked } from './provider-linked.ts'
import { providerUnlinked } from './provider-unlinked.ts'
import { recoveryCodeUsed } from './recovery-code-used.ts'
import { recoveryCodesRenewed } from './recovery-codes-renewed.ts'
import { secondFactorReset } from './second-factor-reset.ts'
import type { Template } from './template.ts'
import { totpEnrolled } from './totp-enrolled.ts'
import { totpRemoved } from './totp-removed.ts'
import { verifyEmail } from './verify-email.ts'

/** Every mail that this server writes. */
export const templates = {
  'address-taken': addressTaken,
  'api-token-created': apiTokenCreated,
  'change-email': changeEmail,
  'credentials-removed': credentialsRemoved,
  'email-changed': emailChanged,
  'email-changing': emailChanging,
  'login-code': loginCode,
  'passkey-added': passkeyAdded,
  'passkey-removed': passkeyRemoved,
  'password-changed': passwordChanged,
  'password-reset': passwordReset,
  'provider-linked': providerLinked,
  'provider-unlinked': providerUnlinked,
  'recovery-code-used': recoveryCodeUsed,
  'recovery-codes-renewed': recoveryCodesRenewed,
  'second-factor-reset': secondFactorReset,
  'totp-enrolled': totpEnrolled,
  'totp-removed': totpRemoved,
  'verify-email': verifyEmail,
} as const satisfies Record<string, Template>

export type TemplateName = keyof typeof templates

/** Whether there is a template of that name: a mail may have waited for longer than its template was kept. */
export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(templates, name)
}
