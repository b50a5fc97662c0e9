/**
 * Gives a message of graphql-js without what it quotes of the values that a client sent: a password sent as a number,
 * or in the wrong place, must not come back in an answer that logs and error trackers keep.
 *
 * @param reason - the message of the error inside, which a message about a variable ends with
 */
export function withoutValues(message: string, reason = ''): string {
  const variable = message.match(/^(Variable "\$\w+") got invalid value /)?.[1]
  if (!variable) return withoutQuotes(message)
  if (!message.endsWith(`; ${reason}`)) return `${variable} got an invalid value`
  const place = message.slice(0, -`; ${reason}`.length).match(/ at "[\w.[\]]+"$/)?.[0] ?? ''
  return `${variable} got an invalid value${place}; ${withoutQuotes(reason)}`
}

/**
 * The messages that quote a value, each with what is left of it. The values may hold anything, line breaks too. Each
 * pattern is tried at the start alone: a value of many thousand beginnings of a match must not be searched from each.
 */
const quoting: readonly (readonly [RegExp, string])[] = [
  [/^((?:Enum "\w+"|\w+) cannot represent [^:]*): .*$/s, '$1'],
  [/^Value ".*" does not exist/s, 'The value does not exist'],
  [/^(Expected value of type "[^"]+"), found .*$/s, '$1'],
  [/^(Syntax Error: (?:Expected \S+, found|Unexpected) (?:String|BlockString|Int|Float)) ".*"\.$/s, '$1'],
]

function withoutQuotes(message: string): string {
  return quoting.reduce((text, [pattern, rest]) => text.replace(pattern, rest), message)
}
