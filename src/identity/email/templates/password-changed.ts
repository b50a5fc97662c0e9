import type { Template } from './template.ts'

/** To a user whose password was changed or reset. */
export const passwordChanged: Template = ({ name }) => ({
  subject: 'Your password was changed',
  before: [`Hello ${name},`, 'the password of your account was changed, and your other sessions have ended.'],
  after: ['If it was not you, reset your password now.'],
})
