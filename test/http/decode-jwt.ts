import jsonwebtoken, { type JwtPayload } from 'jsonwebtoken'

/** The claims of a token, unverified: what a test looks at. */
export function decodeJwt(token: string | undefined): JwtPayload {
  const payload = jsonwebtoken.decode(token ?? '', { json: true })
  if (!payload) throw new TypeError('This is no token')
  return payload
}
