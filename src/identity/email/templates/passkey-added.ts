import type { Template } from './template.ts'

/** To a user who has one more passkey. */
export const passkeyAdded: Template = ({ name }) => ({
  subject: 'A passkey was added',
  before: [`Hello ${name},`, 'a passkey was added to your account: it signs in without your password.'],
  after: ['If it was not you, reset your password now, which ends every session, and remove the passkey.'],
})
