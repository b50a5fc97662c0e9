import { InputError } from '../errors.ts'

const longestTitle = 200
const longestBody = 50_000

/**
 * Gives the title as it is kept: without the white space around it.
 *
 * @throws InputError when it is not 1 to 200 characters without control characters
 */
export function parseTitle(title: string): string {
  const trimmed = title.trim()
  const { length } = [...trimmed]
  if (length === 0 || length > longestTitle) {
    throw new InputError('title', `A title must have 1 to ${longestTitle} characters; this one has ${length}`)
  }
  if (/\p{Cc}/u.test(trimmed)) {
    throw new InputError('title', 'A title must stand on one line, without control characters')
  }
  return trimmed
}

/**
 * Gives the body as it is kept: as it came.
 *
 * @throws InputError when it has more than 50,000 characters, or U+0000, which databases do not agree on
 */
export function parseBody(body: string): string {
  const { length } = [...body]
  if (length > longestBody) {
    throw new InputError(
      'body',
      `A body must have at most 50,000 characters; this one has ${length.toLocaleString('en')}`,
    )
  }
  if (body.includes('\0')) throw new InputError('body', 'A body must not contain the character U+0000')
  return body
}
