import type { Template } from './template.ts'

/** To the address that a user had, once it is theirs here no more. */
export const emailChanged: Template = ({ name, address = '' }) => ({
  subject: 'Your address was changed',
  before: [
    `Hello ${name},`,
    `the address of your account is ${address} from now on. Nothing more is sent to this one.`,
  ],
  after: ['If it was not you, tell whoever runs this server.'],
})
