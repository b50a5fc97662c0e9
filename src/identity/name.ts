import { InputError } from '../errors.ts'

const maximumLength = 100

/**
 * Gives a person's name as it is kept: NFC, without space around it. It does not judge what people are called, nor
 * does it make the name safe to put into HTML.
 *
 * @param argument - the argument that the name came in, which the refusal names
 * @throws BAD_USER_INPUT when it is empty, has more than 100 code points, or holds control characters
 */
export function readName(argument: string, text: string): string {
  const name = text.normalize('NFC').trim()
  if (name === '') throw new InputError(argument, 'The name must not be empty')
  if ([...name].length > maximumLength)
    throw new InputError(argument, `The name must have at most ${maximumLength} characters`)
  if (!name.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name))
    throw new InputError(argument, 'The name must not hold control characters')
  return name
}
