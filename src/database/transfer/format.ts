import { isDeepStrictEqual } from 'node:util'
import { InputError } from '../../errors.ts'
import { type Carried, createDigest, type Digests, listCarried } from './carried.ts'
import { encode, type Row } from './rows.ts'

/** A line of JSON for what is in it, one for each row, and one for what must have been in it. */
const version = 1

interface Header {
  gatehouse: { export: typeof version; tables: Record<string, string[]> }
}

export function printHeader(tables: readonly Carried[]): string {
  return line(headerOf(tables))
}

/** @param row - JSON already */
export function printRow({ name }: Carried, row: string): string {
  return `["${name}",${row}]\n`
}

export function printFooter(digests: Digests): string {
  return line({ digests })
}

/**
 * Reads an export, checked as a whole.
 *
 * @param lines - gives the lines from the first one on, each time anew
 * @returns the digests, and the rows, which are read once more, each with its table
 * @throws InputError when it is cut short, changed, or of a version with other tables
 */
export function readExport(lines: () => Iterable<string>): {
  digests: Digests
  rows: () => Iterable<{ carried: Carried; row: Row }>
} {
  const tables = listCarried()
  const digests = checkWhole(lines(), tables)
  return { digests, rows: () => readRowLines(lines(), tables) }
}

function checkWhole(lines: Iterable<string>, tables: readonly Carried[]): Digests {
  const found = new Map(tables.map((carried) => [carried, createDigest()]))
  let claimed: unknown
  let first = true
  for (const text of lines) {
    const content = parse(text)
    if (claimed !== undefined) throw fault('goes on after its end')
    if (first) checkHeader(content, tables)
    else if (Array.isArray(content)) {
      const { carried, row } = readRow(content, tables)
      found.get(carried)?.add(encode(row))
    } else claimed = content
    first = false
  }
  if (claimed === undefined) throw fault('is cut short')
  const digests = Object.fromEntries([...found].map(([{ name }, digest]) => [name, digest.end()]))
  if (!isDeepStrictEqual(claimed, { digests })) throw fault('does not hold what was exported: it was changed')
  return digests
}

function checkHeader(content: unknown, tables: readonly Carried[]): void {
  if (typeof content !== 'object' || content === null || !('gatehouse' in content))
    throw fault('is none that `export` wrote')
  if (!isDeepStrictEqual(content, headerOf(tables)))
    throw fault('is of another version, with other tables: import it with the version that exported it')
}

function* readRowLines(lines: Iterable<string>, tables: readonly Carried[]) {
  for (const text of lines) {
    const content = parse(text)
    if (Array.isArray(content)) yield readRow(content, tables)
  }
}

function readRow([name, row]: unknown[], tables: readonly Carried[]): { carried: Carried; row: Row } {
  const carried = tables.find((table) => table.name === name)
  if (!carried || typeof row !== 'object' || row === null) throw fault('holds a row of no table')
  return { carried, row: { ...row } }
}

function headerOf(tables: readonly Carried[]): Header {
  return {
    gatehouse: { export: version, tables: Object.fromEntries(tables.map(({ name, columns }) => [name, columns])) },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw fault('is cut short')
  }
}

function line(content: unknown): string {
  return `${JSON.stringify(content)}\n`
}

function fault(what: string): InputError {
  return new InputError('file', `The file ${what}`)
}
