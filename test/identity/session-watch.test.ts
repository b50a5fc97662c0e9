import { describe, expect, it } from 'vitest'
import { createSessionWatch, type Standing } from '../../src/identity/session-watch.ts'
import { createSetClock } from './set-clock.ts'

const roles = (...names: ('MEMBER' | 'EDITOR')[]) => names

function setUp(interval = 5000) {
  const clock = createSetClock()
  const errors: unknown[] = []
  const watch = createSessionWatch({ clock, interval, onError: (error) => errors.push(error) })
  const standing = (id: string, seconds = 60): Standing => {
    const at = clock.now()
    const until = new Date(at.getTime() + seconds * 1000)
    return {
      session: {
        id,
        user: { id: `user of ${id}` },
        kind: 'BROWSER',
        name: null,
        permissions: null,
        methods: ['PASSWORD'],
        userAgent: null,
        ipAddress: null,
        createdAt: at,
        authenticatedAt: at,
        lastUsedAt: at,
        expiresAt: until,
        endsAt: new Date(until.getTime() + 3_600_000),
      },
      user: {
        id: `user of ${id}`,
        name: id,
        email: `${id}@example.com`,
        emailVerified: true,
        suspended: false,
        roles: roles('MEMBER'),
        createdAt: at,
      },
    }
  }
  /** What the store would give from now on. */
  const stored = new Map<string, Standing | null>()
  const reads: string[] = []
  const open = (id: string, seconds?: number) => {
    const known = standing(id, seconds)
    stored.set(id, known)
    const session = watch.watch(known, async () => {
      reads.push(id)
      return stored.get(id) ?? null
    })
    const told: boolean[] = []
    session.onChange(() => told.push(session.ended))
    return { session, told, known }
  }
  return { clock, errors, watch, stored, reads, open, standing }
}

describe('createSessionWatch()', () => {
  it('reads anew the sessions that a change is about, and no others', async () => {
    const { watch, reads, open } = setUp()
    open('a')
    open('b')
    await watch.hear({ session: 'a' })
    await watch.hear({ user: 'user of b' })
    await watch.hear({ session: 'c' })
    expect(reads).toEqual(['a', 'b'])
    await watch.hear('everybody')
    expect(reads.slice(2).toSorted()).toEqual(['a', 'b'])
  })

  it('tells once of a session that has ended, and never reads it again', async () => {
    const { watch, reads, stored, open } = setUp()
    const { session, told } = open('a')
    expect(session.ended).toBe(false)
    stored.set('a', null)
    await watch.hear({ session: 'a' })
    await watch.hear('everybody')
    expect(told).toEqual([true])
    expect(await session.read()).toBeNull()
    expect(reads).toEqual(['a'])
  })

  it('tells of other roles, and of nothing else that changes', async () => {
    const { watch, stored, open } = setUp()
    const { told, known } = open('a')
    stored.set('a', { ...known, user: { ...known.user, name: 'Another' } })
    await watch.hear({ user: 'user of a' })
    expect(told).toEqual([])
    stored.set('a', { ...known, user: { ...known.user, roles: roles('MEMBER', 'EDITOR') } })
    await watch.hear({ user: 'user of a' })
    expect(told).toEqual([false])
  })

  it('looks by itself once its interval is over', async () => {
    const { clock, watch, stored, open, reads } = setUp(5000)
    const { told } = open('a', 3600)
    stored.set('a', null)
    clock.advance(4)
    await watch.look()
    expect(reads).toEqual([])
    clock.advance(1)
    await watch.look()
    expect(told).toEqual([true])
  })

  it('looks at once when a session’s time is over, which may be longer by then', async () => {
    const { clock, watch, stored, open, standing } = setUp(1e9)
    const { told, session } = open('a', 10)
    clock.advance(10)
    stored.set('a', standing('a', 10))
    await watch.look()
    expect(told).toEqual([])
    clock.advance(10)
    stored.set('a', null)
    await watch.look()
    expect(told).toEqual([true])
    expect(session.ended).toBe(true)
  })

  it('takes a session that cannot be read for neither ended nor looked at', async () => {
    const { clock, watch, errors, standing } = setUp(1000)
    const failure = new Error('no connection')
    let isDown = true
    const session = watch.watch(standing('a'), async () => {
      if (isDown) throw failure
      return null
    })
    clock.advance(1)
    await watch.look()
    expect(errors).toEqual([failure])
    expect(session.ended).toBe(false)
    await expect(session.read()).rejects.toBe(failure)
    isDown = false
    await watch.look()
    expect(session.ended).toBe(true)
  })

  it('looks no more at what nobody waits by', async () => {
    const { watch, reads, open } = setUp()
    open('a').session.close()
    await watch.hear('everybody')
    expect(reads).toEqual([])
  })
})
