import { describe, expect, it } from 'vitest'
import type { Visibility, VisibilityWay } from '../../src/documents/document.ts'
import { accessImplied } from '../../src/graphql/document-visibility.ts'

const owner: VisibilityWay = { owner: true, access: null }
const read: VisibilityWay = { owner: false, access: 'READ' }
const write: VisibilityWay = { owner: false, access: 'WRITE' }
const some = (...rules: VisibilityWay[][]): Visibility => ({ kind: 'some', rules: rules.map((any) => ({ any })) })

describe('accessImplied()', () => {
  it.each<[string, Visibility, string[]]>([
    ['everything', { kind: 'all' }, []],
    ['nothing', { kind: 'none' }, []],
    ['what one may read', some([read]), ['READ']],
    ["one's own", some([owner]), []],
    ["one's own, that one may write", some([{ owner: true, access: 'WRITE' }]), ['WRITE']],
    ["one's own, and what one may write", some([owner, write]), []],
    ['what one may write, and what one may read', some([write, read]), []],
    ['what meets two rules, of which one leaves a choice', some([read], [write, owner]), ['READ']],
    ['what meets two rules', some([read], [write]), ['READ', 'WRITE']],
    ['what meets a rule without a way', some([]), []],
  ])('gives the access that all have who see %s', (_, visibility, levels) => {
    expect(accessImplied(visibility)).toEqual(levels)
  })
})
