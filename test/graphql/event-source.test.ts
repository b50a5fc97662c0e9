import { describe, expect, it, vi } from 'vitest'
import { createEventSource, type Tell } from '../../src/graphql/event-source.ts'

function open() {
  const stop = vi.fn()
  let tell: Tell = () => {}
  const source = createEventSource((given) => {
    tell = given
    return stop
  })
  return { source, stop, tell: (word: Parameters<Tell>[0]) => tell(word) }
}

const event = { done: false, value: {} }
const done = { done: true, value: undefined }

describe('createEventSource()', () => {
  it('gives an event to who waits for it, and keeps one for who comes later', async () => {
    const { source, tell } = open()
    const waiting = source.next()
    tell('changed')
    expect(await waiting).toEqual(event)
    tell('changed')
    expect(await source.next()).toEqual(event)
  })

  it('makes one of those that come while nobody fetches them', async () => {
    const { source, tell } = open()
    for (let count = 0; count < 1000; count++) tell('changed')
    expect(await source.next()).toEqual(event)
    const waiting = source.next()
    expect(await Promise.race([waiting, 'nothing'])).toBe('nothing')
    tell('changed')
    expect(await waiting).toEqual(event)
  })

  it('ends after the word that nothing more will come, which is an event itself', async () => {
    const { source, tell, stop } = open()
    tell('changed')
    tell('deleted')
    expect(stop).toHaveBeenCalledOnce()
    tell('changed')
    expect(await source.next()).toEqual(event)
    expect(await source.next()).toEqual(done)
  })

  it('can be ended while it waits, and listens no more', async () => {
    const { source, tell, stop } = open()
    const waiting = source.next()
    expect(await source.return?.()).toEqual(done)
    expect(await waiting).toEqual(done)
    tell('changed')
    expect(await source.next()).toEqual(done)
    await source.return?.()
    expect(stop).toHaveBeenCalledOnce()
  })
})
