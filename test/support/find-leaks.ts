import { createHash } from 'node:crypto'

/** What to look for: the values, by what they are. */
export type Secrets = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Looks for secrets in what is written down: as they are, in part, in other encodings, decoded, and, where somebody could
 * try every value that there is, hashed without a key. Tells which is where in what form, and not the secret itself.
 */
export function findLeaks(places: Record<string, string | Buffer>, secrets: Secrets): string[] {
  const leaks = new Set<string>()
  for (const [place, content] of Object.entries(places)) {
    // A character a byte, both in what is searched and in what is looked for.
    const text = (typeof content === 'string' ? Buffer.from(content) : content).toString('latin1')
    for (const [what, values] of secrets)
      for (const value of values)
        for (const [form, bytes] of formsOf(value))
          if (isIn(text, bytes.toString('latin1'))) leaks.add(`${place} holds ${what}, ${form}`)
  }
  return [...leaks]
}

/** Six digits stand in many a longer number: they count where they stand by themselves. */
function isIn(text: string, secret: string): boolean {
  if (!text.includes(secret)) return false
  return !/^\d{6}$/.test(secret) || new RegExp(`(?<![\\w.-])${secret}(?![\\w.-])`).test(text)
}

function formsOf(value: string): [form: string, bytes: Buffer][] {
  const bytes = Buffer.from(value)
  const forms: [string, Buffer][] = [['as it is', bytes]]
  const add = (form: string, one: Buffer) => forms.push([form, one])
  for (const encoding of ['base64', 'base64url', 'hex'] as const)
    add(`in ${encoding}`, Buffer.from(bytes.toString(encoding)))
  if (encodeURIComponent(value) !== value) add('in a URL', Buffer.from(encodeURIComponent(value)))

  // A signed token is as good as its signature; what else is in it, others may know.
  const signature = /^[\w-]+\.[\w-]+\.([\w-]{43,})$/.exec(value)?.[1]
  if (signature) add('by its signature', Buffer.from(signature))
  const decoded = decode(signature ?? value)
  if (decoded) {
    add('decoded', decoded)
    add('decoded, in hex', Buffer.from(decoded.toString('hex')))
    add('decoded, in base64', Buffer.from(decoded.toString('base64')))
  }

  // Digits, and recovery codes however they are typed.
  if (/^\d{6,8}$/.test(value) || isRecoveryCode(value))
    for (const text of new Set([value, value.replaceAll('-', '')])) {
      if (text !== value) add('without hyphens', Buffer.from(text))
      for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'])
        for (const encoding of ['hex', 'base64', 'base64url'] as const)
          add(`by its ${algorithm}`, Buffer.from(createHash(algorithm).update(text).digest(encoding)))
    }
  return forms
}

const isRecoveryCode = (value: string) => /^\w{4}(-\w{4}){2}$/.test(value)

/** The bytes that base64url or base32 of 160 bits and more stands for. */
function decode(value: string): Buffer | null {
  if (/^[A-Z2-7]{32}$/.test(value)) return decodeBase32(value)
  return /^[\w-]{43,}$/.test(value) ? Buffer.from(value, 'base64url') : null
}

function decodeBase32(value: string): Buffer {
  const bits = [...value].map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'))
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
