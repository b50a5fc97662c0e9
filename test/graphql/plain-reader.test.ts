import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createPlainReader, type PlainField } from '../../src/graphql/plain-reader.ts'

const text = (property: string, key = property): PlainField => ({ key, property, type: 'string', isNullable: true })

function read(fields: readonly PlainField[], source: unknown) {
  const reader = createPlainReader(fields)
  if (!reader) throw new Error('no reader was made')
  return reader(source)
}

describe('createPlainReader()', () => {
  it('reads what is asked for, by the key and in the order that it is asked for', () => {
    const fields: PlainField[] = [
      text('b', 'second'),
      { key: '__typename', constant: 'Thing' },
      text('a'),
      { key: 'later', constant: undefined },
      { key: 'isSo', property: 'isSo', type: 'boolean', isNullable: false },
      { key: 'withheld', constant: null },
    ]
    const object = read(fields, { a: 'A', b: 'B', c: 'C', isSo: false, withheld: 'secret', later: 'later' })
    expect(object).toEqual({ second: 'B', __typename: 'Thing', a: 'A', later: undefined, isSo: false, withheld: null })
    expect(Object.keys(object ?? {})).toEqual(['second', '__typename', 'a', 'later', 'isSo', 'withheld'])
  })

  it.each([
    ['an object without a prototype', Object.assign(Object.create(null), { a: 'A' })],
    [
      'an instance',
      new (class Thing {
        a = 'A'
      })(),
    ],
    [
      'a getter',
      {
        get a() {
          return 'A'
        },
      },
    ],
    ['a property of the prototype', Object.create({ a: 'A' })],
  ])('reads %s', (_, source) => {
    expect(read([text('a')], source)).toEqual({ a: 'A' })
  })

  it('gives null for what is not there where that may be', () => {
    expect(read([text('a'), text('b')], { a: null })).toEqual({ a: null, b: null })
  })

  it.each([
    ['a number for a text', { a: 1 }],
    ['a text for a truth', { a: 'A', isSo: 'true' }],
    ['a promise', { a: Promise.resolve('A') }],
    ['a method', { a: () => 'A' }],
    ['an error', { a: new Error('no A') }],
    ['an object that is a text', { a: new String('A') }],
    ['nothing where something has to be', { a: 'A', b: null }],
    ['a source that is no object', 'A'],
    ['no source', undefined],
    ['a null for a source', null],
    ['a function for a source', Object.assign(() => 'A', { a: 'A', b: 'B' })],
  ])('leaves %s to others', (_, source) => {
    const isSo: PlainField = { key: 'isSo', property: 'isSo', type: 'boolean', isNullable: true }
    const strict: PlainField = { key: 'b', property: 'b', type: 'string', isNullable: false }
    expect(
      read([text('a'), strict, isSo], source === null || typeof source !== 'object' ? source : { b: 'B', ...source }),
    ).toBeNull()
  })

  it('throws what a getter throws', () => {
    const source = {
      get a() {
        throw new RangeError('broken')
      },
    }
    expect(() => read([text('a')], source)).toThrow(new RangeError('broken'))
  })

  it('runs no name as code, whatever it is', () => {
    const names = [
      '"]; globalThis.intruder = 1; ["',
      '`); globalThis.intruder = 1; (`',
      '*/ globalThis.intruder = 1 //',
      '\u2028',
    ]
    const source = Object.fromEntries(names.map((name) => [name, name]))
    const fields: PlainField[] = names.flatMap((name) => [
      text(name, `key of ${name}`),
      { key: `constant ${name}`, constant: name },
    ])
    const object = read(fields, source)
    for (const name of names) expect(object).toMatchObject({ [`key of ${name}`]: name, [`constant ${name}`]: name })
    expect('intruder' in globalThis).toBe(false)
  })

  it('makes none where no text may be run as code', () => {
    const module = new URL('../../src/graphql/plain-reader.ts', import.meta.url)
    const program = `
      const { createPlainReader } = await import(${JSON.stringify(module.href)})
      console.log(createPlainReader([{ key: 'a', constant: null }]))`
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program]
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8', cwd: fileURLToPath(new URL('.', module)) })).toBe(
      'null\n',
    )
  })
})
