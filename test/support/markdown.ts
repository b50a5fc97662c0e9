/** A fenced block of code. */
export interface CodeBlock {
  language: string
  text: string
  /** The file that the line before it names, as in "`src/main.ts`:"; null when it names none. */
  file: string | null
}

/** Gives the blocks of code in a page, in order; those inside a list too, without their indentation. */
export function readCodeBlocks(markdown: string): CodeBlock[] {
  const fences = /(?:^`([^`\n]+)`:\n\n)?^( *)```(\w+)\n(.*?)^ *```$/gms
  return [...markdown.matchAll(fences)].map(([, file = null, indent = '', language = '', text = '']) => ({
    language,
    text: indent === '' ? text : text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    file,
  }))
}

/**
 * Gives what stands under a heading, up to the next one of its level or above it.
 *
 * @throws RangeError when there is no such heading
 */
export function readSection(markdown: string, heading: string): string {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading)
  const level = lines[start]?.indexOf(' ')
  if (level === undefined) throw new RangeError(`there is no heading "${heading}"`)
  let fenced = false
  const end = lines.findIndex((line, index) => {
    if (index <= start) return false
    if (/^ *```/.test(line)) fenced = !fenced
    return !fenced && /^#+ /.test(line) && line.indexOf(' ') <= level
  })
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n')
}

/** Gives the rows of the tables in a page as their cells, without heads. */
export function readTableRows(markdown: string): string[][] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| '))
  const cells = rows.map((row) => row.slice(2, -2).split(' | '))
  return cells.filter((row, index) => !isRule(row) && !isRule(cells[index + 1]))
}

function isRule(row: string[] | undefined): boolean {
  return row?.every((cell) => cell === '---') === true
}
