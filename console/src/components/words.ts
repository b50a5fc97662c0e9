/** `LOGIN_FAILED` as people write it. */
export function wordsOf(name: string): string {
  const text = name
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\b(api|totp)\b/g, (short) => short.toUpperCase())
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `Login failed` as the schema names it. */
export function enumNameOf(words: string): string {
  return words
    .trim()
    .replace(/[\s-]+/g, '_')
    .toUpperCase()
}
