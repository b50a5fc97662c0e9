import { InputError } from '../../errors.ts'

const longest = 2000

/**
 * Gives a path of this very server, to which a browser may be sent back. Anything that a browser could read as another
 * site's address is refused, and so is a hash, which is ours to set.
 *
 * @throws BAD_USER_INPUT
 */
export function readReturnPath(argument: string, path: string): string {
  const base = 'http://gatehouse.invalid'
  const fits = path.length <= longest && /^\/(?![/\\])[!"$-[\]-~]*$/.test(path)
  const url = fits ? URL.parse(path, base) : null
  // As a browser would resolve it: what dots lead to may begin with two slashes.
  if (url?.origin !== base || url.pathname.startsWith('//'))
    throw new InputError(argument, `${argument} should be a path on this server, such as /account, without a hash`)
  return url.pathname + url.search
}
