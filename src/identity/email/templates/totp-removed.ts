import type { Template } from './template.ts'

/** To a user whose authenticator app was removed. */
export const totpRemoved: Template = ({ name }) => ({
  subject: 'Your authenticator app was removed',
  before: [
    `Hello ${name},`,
    'the authenticator app of your account was removed, with its recovery codes: no second factor is asked for any more.',
  ],
  after: ['If it was not you, reset your password now, which ends every session, and set up an app again.'],
})
