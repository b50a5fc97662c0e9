import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createDocumentStore } from '../../src/graphql/kept-documents.ts'

/** Tells which of them are still kept, after each was put in turn. */
async function keep(texts: readonly string[]): Promise<boolean[]> {
  const store = createDocumentStore()
  for (const [index, text] of texts.entries()) await store.set(String(index), parse(text))
  const found = await Promise.all(texts.map((_, index) => store.get(String(index))))
  return found.map((document) => document !== undefined)
}

describe('createDocumentStore()', () => {
  it('gives back what it was given, until it is deleted', async () => {
    const store = createDocumentStore()
    const document = parse('{ __typename }')
    await store.set('a', document)
    expect(await store.get('a')).toBe(document)
    expect(await store.get('b')).toBeUndefined()
    await store.delete('a')
    expect(await store.get('a')).toBeUndefined()
  })

  it('keeps a thousand, the latest', async () => {
    const kept = await keep(Array.from({ length: 1010 }, (_, index) => `{ a${index}: __typename }`))
    expect(kept.slice(0, 10)).toEqual(Array(10).fill(false))
    expect(kept.slice(10)).toEqual(Array(1000).fill(true))
  })

  it('keeps a million characters, those of comments too, which are no part of what is parsed', async () => {
    const kept = await keep(Array.from({ length: 14 }, (_, index) => `#${index}${'x'.repeat(90_000)}\n{ __typename }`))
    expect(kept).toEqual([...Array(3).fill(false), ...Array(11).fill(true)])
  })

  it('keeps none that is longer than all it may keep, and loses no other for it', async () => {
    expect(await keep(['{ __typename }', `#${'x'.repeat(1_000_000)}\n{ __typename }`])).toEqual([true, false])
  })
})
