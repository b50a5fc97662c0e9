import { InputError } from './errors.ts'

/** Code points. A database refuses patterns that are much longer. */
const longestSearch = 200

/**
 * Gives the text to search for, without the white space around it; null when there is none, which finds everything.
 *
 * @param argument - where the text stands, as the error names it: `filter.search`
 * @throws InputError when it has more than 200 characters
 */
export function parseSearch(argument: string, search: string | null | undefined): string | null {
  const text = search?.trim() ?? ''
  const { length } = [...text]
  if (length > longestSearch) {
    throw new InputError(argument, `${argument} must have at most ${longestSearch} characters; this one has ${length}`)
  }
  return text === '' ? null : text
}
