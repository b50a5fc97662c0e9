import type { Template } from './template.ts'

/** To the owner of an address that somebody wants to use for an account. */
export const addressTaken: Template = ({ name }) => ({
  subject: 'You have an account already',
  before: [
    `Hello ${name},`,
    'somebody wanted to use this address for an account. You have one with it already: sign in, or reset your password.',
  ],
  after: ['If it was not you, you need not do anything: nothing has changed.'],
})
