import type { Template } from './template.ts'

/** To a user who is to prove that the address is theirs. */
export const verifyEmail: Template = ({ name, secret = '' }) => ({
  subject: 'Confirm your address',
  before: [`Hello ${name},`, 'confirm that this address is yours:'],
  link: { label: 'Confirm this address', path: `/verify-email#${secret}` },
  after: ['The link is good once, for 24 hours. If you have made no account, ignore it.'],
})
