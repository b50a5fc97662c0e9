import type { Template } from './template.ts'

/** To a user, one of whose recovery codes was taken for a second factor. */
export const recoveryCodeUsed: Template = ({ name, codesLeft = 0 }) => ({
  subject: 'A recovery code was used',
  before: [
    `Hello ${name},`,
    `one of your recovery codes was used in the place of your authenticator app. You have ${codesLeft} left.`,
  ],
  after: ['If it was not you, reset your password now, which ends every session, and have new recovery codes made.'],
})
