import type { Template } from './template.ts'

/** To a user who has one passkey less. */
export const passkeyRemoved: Template = ({ name }) => ({
  subject: 'A passkey was removed',
  before: [`Hello ${name},`, 'a passkey of your account was removed: it signs in no more.'],
  after: ['If it was not you, reset your password now: that ends every session.'],
})
