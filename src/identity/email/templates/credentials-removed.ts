import type { Template } from './template.ts'

/** To a user who has proved their address, and whose account had ways in from before that. */
export const credentialsRemoved: Template = ({ name }) => ({
  subject: 'Your account starts anew',
  before: [
    `Hello ${name},`,
    'your address is confirmed now. What could sign in to your account before counts no more: anybody could have set it up.',
  ],
  after: ['Reset your password to set one that counts.'],
})
