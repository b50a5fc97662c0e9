import type { Template } from './template.ts'

/** To the address that a user has, when they ask to change it. */
export const emailChanging: Template = ({ name, address = '' }) => ({
  subject: 'Your address is about to change',
  before: [
    `Hello ${name},`,
    `somebody who is signed in to your account asked to change its address to ${address}. It changes once that is confirmed.`,
  ],
  after: ['If it was not you, reset your password now: that ends every session.'],
})
