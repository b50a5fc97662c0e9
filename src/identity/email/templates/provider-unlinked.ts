import type { Template } from './template.ts'

/** To a user who can sign in at one provider less. */
export const providerUnlinked: Template = ({ name, provider = '' }) => ({
  subject: 'A login provider was unlinked',
  before: [`Hello ${name},`, `the account at ${provider} that was linked to yours is so no more.`],
  after: ['If it was not you, reset your password now: that ends every session.'],
})
