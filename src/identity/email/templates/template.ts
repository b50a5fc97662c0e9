/** What a template is filled with. */
export interface MailData {
  /** Whom the mail greets. */
  name: string
  /** The token or code that the mail hands over. */
  secret?: string
  /** Another address that the mail tells of. */
  address?: string
  /** The name of a login provider that the mail tells of. */
  provider?: string
  /** How many recovery codes are left. */
  codesLeft?: number
}

/** A mail as it is written, before it is put into text and HTML. */
export interface Letter {
  subject: string
  /** Plain text each. */
  before: readonly string[]
  /** Where the mail leads, if anywhere: a path under PUBLIC_URL, the token in its fragment. */
  link?: { label: string; path: string }
  /** A code to be typed. */
  code?: string
  after: readonly string[]
}

export type Template = (data: MailData) => Letter
