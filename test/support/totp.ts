import { Secret, TOTP } from 'otpauth'

/** What an app that shares the secret shows at an instant. */
export function generateTotp(secret: string, at: Date): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at.getTime() })
}
