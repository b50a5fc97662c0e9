import type { Template } from './template.ts'

/** To a user who has new recovery codes. */
export const recoveryCodesRenewed: Template = ({ name }) => ({
  subject: 'You have new recovery codes',
  before: [`Hello ${name},`, 'new recovery codes were made for your account, and the ones before count no more.'],
  after: ['If it was not you, reset your password now, which ends every session, and have new ones made.'],
})
