import { describe, expect, it, vi } from 'vitest'
import { createOpenStreams } from '../../src/http/open-streams.ts'

const limits = { perUser: 2, perClient: 3, total: 5 }
const end = () => {}

describe('createOpenStreams()', () => {
  it('takes so many of a user, wherever they are, until one is closed', () => {
    const streams = createOpenStreams(limits)
    const first = streams.open({ userId: 'ada', ipAddress: '192.0.2.1' }, end)
    expect(streams.open({ userId: 'ada', ipAddress: '192.0.2.2' }, end)).not.toBeNull()
    expect(streams.open({ userId: 'ada', ipAddress: '192.0.2.3' }, end)).toBeNull()
    expect(streams.open({ userId: 'grace', ipAddress: '192.0.2.3' }, end)).not.toBeNull()
    first?.close()
    first?.close()
    expect(streams.open({ userId: 'ada', ipAddress: '192.0.2.3' }, end)).not.toBeNull()
    expect(streams.open({ userId: 'ada', ipAddress: '192.0.2.3' }, end)).toBeNull()
  })

  it('takes so many of a client’s network, whoever they are, and a refused one counts for nothing', () => {
    const streams = createOpenStreams(limits)
    for (const host of ['1', '2', '3'])
      expect(streams.open({ userId: null, ipAddress: `2001:db8::${host}` }, end)).not.toBeNull()
    expect(streams.open({ userId: 'ada', ipAddress: '2001:db8::4' }, end)).toBeNull()
    expect(streams.open({ userId: 'ada', ipAddress: '2001:db8:0:1::4' }, end)).not.toBeNull()
    expect(streams.open({ userId: 'ada', ipAddress: '192.0.2.1' }, end)).not.toBeNull()
  })

  it('takes so many in all', () => {
    const streams = createOpenStreams(limits)
    for (let host = 1; host <= 5; host++)
      expect(streams.open({ userId: null, ipAddress: `192.0.2.${host}` }, end)).not.toBeNull()
    expect(streams.open({ userId: null, ipAddress: '192.0.2.6' }, end)).toBeNull()
  })

  it('counts one for a user who is known only later', () => {
    const streams = createOpenStreams(limits)
    const unknown = () => streams.open({ userId: null, ipAddress: '192.0.2.1' }, end)
    const [first, second, third] = [unknown(), unknown(), unknown()]
    expect([first, second, third].map((stream) => stream?.belongTo('ada'))).toEqual([true, true, false])
    expect(first?.belongTo('ada')).toBe(true)
    second?.close()
    expect(third?.belongTo('ada')).toBe(true)
  })

  it('ends all that are open, and takes no more', () => {
    const streams = createOpenStreams(limits)
    const ends = [vi.fn(), vi.fn()]
    const [closed] = ends.map((ending) => streams.open({ userId: null, ipAddress: '192.0.2.1' }, ending))
    closed?.close()
    streams.endAll()
    expect(ends.map((ending) => ending.mock.calls.length)).toEqual([0, 1])
    expect(streams.open({ userId: null, ipAddress: '192.0.2.1' }, end)).toBeNull()
  })
})
