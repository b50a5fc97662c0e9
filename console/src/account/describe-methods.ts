import { wordsOf } from '../components/words.ts'

const names: Record<string, string> = {
  EMAIL_CODE: 'Code by mail',
  TOTP: 'Authenticator app',
  OAUTH: 'Provider',
}

/** What somebody proved who they are by: `Password, Authenticator app`. */
export function describeMethods(methods: readonly string[]): string {
  return methods.map((method) => names[method] ?? wordsOf(method)).join(', ') || '–'
}
