import type { Template } from './template.ts'

/** To a user who can sign in at one more provider. */
export const providerLinked: Template = ({ name, provider = '' }) => ({
  subject: 'A login provider was linked',
  before: [`Hello ${name},`, `an account at ${provider} was linked to yours: it signs in without your password.`],
  after: ['If it was not you, reset your password now, which ends every session, and unlink it.'],
})
