import type { Template } from './template.ts'

/** To a user for whom an API token was made. */
export const apiTokenCreated: Template = ({ name }) => ({
  subject: 'An API token was created',
  before: [
    `Hello ${name},`,
    'an API token was created for your account: whoever holds it acts for you, within its permissions.',
  ],
  after: ['If it was not you, reset your password now: that ends every session and every API token.'],
})
