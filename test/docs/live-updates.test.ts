import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { closeCode } from '../../src/http/peer.ts'
import { readSection, readTableRows } from '../support/markdown.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('docs/live-updates.md tells every code that the server ends sockets with, and none that no test has seen', () => {
  const rows = readTableRows(readSection(read('docs/live-updates.md'), 'By WebSocket'))
  const told = rows.flatMap(([codes = '']) => codes.split(', '))
  expect(told).toEqual(expect.arrayContaining(Object.values(closeCode).map(String)))
  const seen = ['sockets', 'hostile-sockets', 'live-attacks'].map((name) => read(`test/http/${name}.test.ts`)).join('')
  for (const code of told) expect(seen).toMatch(new RegExp(`\\b${code}\\b`))
})
