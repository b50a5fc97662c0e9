/**
 * Changes the first character of a token's signature. Not the last one: two of its six bits are no part of the
 * signature (RFC 4648, section 3.5), so that one time in so many the change would change nothing.
 */
export function spoilSignature(token: string): string {
  const start = token.lastIndexOf('.') + 1
  return token.slice(0, start) + (token[start] === 'A' ? 'B' : 'A') + token.slice(start + 1)
}
