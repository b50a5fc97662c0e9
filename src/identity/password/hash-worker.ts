import { hashSync, type Options, verifySync } from '@node-rs/argon2'

/**
 * What the threads of hash.ts do, one call at a time: synchronously, so that it is they who compute, at the priority that
 * they were given. Off these threads nothing calls them.
 */

export function hash({ password, options }: { password: string; options: Options }): string {
  return hashSync(password, options)
}

export function verify({ known, password, options }: { known: string; password: string; options: Options }): boolean {
  return verifySync(known, password, options)
}
