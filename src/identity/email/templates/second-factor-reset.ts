import type { Template } from './template.ts'

/** To a user whose second factor was taken away by whoever runs the server. */
export const secondFactorReset: Template = ({ name }) => ({
  subject: 'Your second factor was reset',
  before: [
    `Hello ${name},`,
    'your authenticator app and your recovery codes were taken away by whoever runs this server, and every session of yours has ended. You can set up another app.',
  ],
  after: ['If you did not ask for this, reset your password now, and tell them.'],
})
