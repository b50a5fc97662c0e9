import type { Template } from './template.ts'

/** To an address that a user wants to change to. */
export const changeEmail: Template = ({ name, secret = '' }) => ({
  subject: 'Confirm your new address',
  before: [`Hello ${name},`, 'this is to become the address of your account. Confirm it while you are signed in:'],
  link: { label: 'Confirm this address', path: `/verify-email#${secret}` },
  after: ['The link is good once, for 24 hours. If you did not ask for this, ignore it: nothing will change.'],
})
