import type { Template } from './template.ts'

/** To a user who has lost their password. */
export const passwordReset: Template = ({ name, secret = '' }) => ({
  subject: 'Reset your password',
  before: [`Hello ${name},`, 'you can set a new password here:'],
  link: { label: 'Set a new password', path: `/reset-password#${secret}` },
  after: ['The link is good once, for 30 minutes. If you did not ask for this, ignore it: nothing will change.'],
})
