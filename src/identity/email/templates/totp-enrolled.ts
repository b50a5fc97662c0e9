import type { Template } from './template.ts'

/** To a user who has an authenticator app from now on. */
export const totpEnrolled: Template = ({ name }) => ({
  subject: 'An authenticator app was added',
  before: [
    `Hello ${name},`,
    'an authenticator app is the second factor of your account from now on: its codes are asked for when you sign in.',
  ],
  after: [
    'If it was not you, reset your password now, which ends every session, and have whoever runs this server take the app away.',
  ],
})
