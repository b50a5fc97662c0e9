import type { Template } from './template.ts'

/** To somebody who signs in by mail. */
export const loginCode: Template = ({ name, secret = '' }) => ({
  subject: 'Your code to sign in',
  before: [`Hello ${name},`, 'this is your code to sign in, in the browser that you asked for it from:'],
  code: secret,
  after: ['It is good once, for 10 minutes. If you did not ask for it, ignore it, and tell it to nobody.'],
})
