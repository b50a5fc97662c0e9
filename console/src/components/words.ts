/** `LOGIN_FAILED` as people write it. */
export function wordsOf(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
