/**
 * Makes the changes that a `diff` without line numbers shows: lines with a space stay, those with `+` come in, those
 * with `-` go, and `@@` stands for what lies between.
 *
 * @throws RangeError when the lines that stay or go are not in the text, in this order, or are there twice
 */
export function applyChanges(text: string, diff: string): string {
  return diff.split(/^@@.*\n/m).reduce((changed, hunk) => applyHunk(changed, hunk), text)
}

function applyHunk(text: string, hunk: string): string {
  const lines = hunk.split('\n').slice(0, -1)
  const take = (marks: string) =>
    lines.filter((line) => marks.includes(line[0] ?? ' ')).map((line) => `${line.slice(1)}\n`)
  const before = take(' -').join('')
  const [head, tail, ...more] = `\n${text}`.split(`\n${before}`)
  if (head === undefined || tail === undefined) throw new RangeError(`the text does not have:\n${before}`)
  if (more.length > 0) throw new RangeError(`the text has more than once:\n${before}`)
  return `${head}\n${take(' +').join('')}${tail}`.slice(1)
}
