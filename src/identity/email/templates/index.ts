import { addressTaken } from './address-taken.ts'
import { changeEmail } from './change-email.ts'
import { emailChanging } from './email-changing.ts'
import { loginCode } from './login-code.ts'
import { passwordChanged } from './password-changed.ts'
import { passwordReset } from './password-reset.ts'
import type { Template } from './template.ts'
import { verifyEmail } from './verify-email.ts'

/** Every mail that this server writes. */
export const templates = {
  'address-taken': addressTaken,
  'change-email': changeEmail,
  'email-changing': emailChanging,
  'login-code': loginCode,
  'password-changed': passwordChanged,
  'password-reset': passwordReset,
  'verify-email': verifyEmail,
} as const satisfies Record<string, Template>

export type TemplateName = keyof typeof templates

/** Whether there is a template of that name: a mail may have waited for longer than its template was kept. */
export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(templates, name)
}
