import { existsSync, readFileSync } from 'node:fs'

/** Where a test says what it is about and what it is called: at the start of a call, or after the cases of one. */
const titles =
  /^ *(?:(describe\.each\()\S*$|(describe\(|describe\.each.*\)\(|it\(|it\.each.*\)\(|\](?: as const)?\)\()\s*(['"])((?:\\.|(?!\3).)*)\3)/gm

/**
 * Gives the names of the tests in a file, as pages name them: what they are about › what they are called.
 *
 * @param file - in `test/`, without its endings; none when it is not there
 */
export function readTestNames(file: string): Set<string> {
  const names = new Set<string>()
  const path = ['.test.ts', '.faults.ts', '.ts']
    .map((ending) => new URL(`../${file}${ending}`, import.meta.url))
    .find(existsSync)
  if (!path) return names
  let about = ''
  let tellsAbout = false
  for (const [, cases, call, , title = ''] of readFileSync(path, 'utf8').matchAll(titles)) {
    if (cases) tellsAbout = true
    else if (tellsAbout || call?.startsWith('describe')) {
      about = title
      tellsAbout = false
    } else names.add(`${about} › ${title}`)
  }
  return names
}

/** Reads a cell that names tests, a line each: `file` › about › name. What reads otherwise has no file. */
export function readTestReferences(cell: string): { text: string; file: string | null; name: string }[] {
  return cell.split('<br>').map((text) => {
    const [, file = null, name = ''] = /^`([\w/-]+)` › (.+)$/.exec(text) ?? []
    return { text, file, name }
  })
}
