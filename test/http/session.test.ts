import { describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import { codes, createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'
import { decodeJwt } from './decode-jwt.ts'

const whoAmI = '{ session { id current } me { email } }'
const nobody = { session: null, me: null }
const password = 'correct horse battery staple'
const register = `mutation ($email: EmailAddress!, $password: String!) {
  register(email: $email, password: $password, name: "Nina") { ... on Session { current user { email } } }
}`

const minutes = 60
const days = 86_400

describe('the life of a session', () => {
  it('begins at sign-in, whose own answer is the signed-in view, and ends at sign-out', async () => {
    const { url } = await startServer()
    const client = createClient(url)
    expect((await client.execute(whoAmI)).body.data).toEqual(nobody)

    const signedIn = await client.login('member@example.com')
    expect(signedIn.status).toBe(200)
    expect(signedIn.body).toMatchObject({ data: { login: { user: { email: 'member@example.com' } } } })
    expect(await client.cookie('session')).toBeDefined()
    expect(await client.cookie('device')).toBeDefined()
    const token = await client.cookie('session')
    expect(signedIn.text).not.toContain(token)

    const mine = await client.execute<{ session: { id: string; current: boolean } }>(whoAmI)
    expect(mine.body.data).toMatchObject({ session: { current: true }, me: { email: 'member@example.com' } })
    expect(mine.headers.getSetCookie()).toEqual([])

    const signedOut = await client.execute('mutation { logout }')
    expect(signedOut.body).toEqual({ data: { logout: true } })
    expect(await client.cookie('session')).toBeUndefined()
    expect((await client.execute(whoAmI)).body.data).toEqual(nobody)

    const replayed = await client.execute(whoAmI, {}, { cookie: `session=${token}` })
    expect(replayed.body.data).toEqual(nobody)
    expect(codes(replayed)).toContain('UNAUTHENTICATED')
  })

  it('is null, and no error, while nobody is signed in: what a frontend asks first', async () => {
    const { url } = await startServer()
    expect((await createClient(url).execute('{ session { id } }')).body).toEqual({ data: { session: null } })
  })

  it('begins at registration too, and a taken address begins none', async () => {
    const { url } = await startServer()
    const client = createClient(url)
    const { body } = await client.execute(register, { email: 'nina@example.com', password })
    expect(body).toEqual({ data: { register: { current: true, user: { email: 'nina@example.com' } } } })
    expect((await client.execute('{ me { email } }')).body).toEqual({ data: { me: { email: 'nina@example.com' } } })

    const other = createClient(url)
    const taken = await other.execute(register, { email: 'NINA@example.com', password })
    expect(codes(taken)).toEqual(['CONFLICT'])
    expect(taken.headers.getSetCookie()).toEqual([])
  })

  it('does not begin with a wrong password, nor with one for an unknown address', async () => {
    const { url } = await startServer()
    const client = createClient(url)
    const wrong = await client.login('member@example.com', 'not the right password')
    const unknown = await client.login('nobody@example.com', 'not the right password')
    expect(codes(wrong)).toEqual(['INVALID_CREDENTIALS'])
    expect(unknown.text).toBe(wrong.text)
    expect([...wrong.headers.getSetCookie(), ...unknown.headers.getSetCookie()]).toEqual([])
  })

  it('never adopts the session that a browser brings along to sign-in', async () => {
    const { url } = await startServer()
    const client = createClient(url)
    await client.login('member@example.com')
    const before = await client.cookie('session')
    await client.login('editor@example.com')
    const after = await client.cookie('session')
    expect(decodeJwt(after).sid).not.toBe(decodeJwt(before).sid)
    const replayed = await client.execute(whoAmI, {}, { cookie: `session=${before}` })
    expect(replayed.body.data).toEqual(nobody)
    // For a minute a late request may still bear it: the new cookie must survive the answer.
    expect(replayed.headers.getSetCookie()).toEqual([])
  })

  it('renews its cookie while it is used, up to its absolute end', async () => {
    const clock = createSetClock()
    const { url } = await startServer({ clock })
    const client = createClient(url)
    await client.login('member@example.com')
    const first = await client.cookie('session')

    clock.advance(9 * minutes)
    await client.execute(whoAmI)
    expect(await client.cookie('session')).toBe(first)
    clock.advance(2 * minutes)
    await client.execute(whoAmI)
    const second = await client.cookie('session')
    expect(second).not.toBe(first)
    expect(decodeJwt(second).sid).toBe(decodeJwt(first).sid)

    for (let day = 0; day < 29; day += 6) {
      clock.advance(6 * days)
      const { body } = await client.execute('{ me { email } }')
      if (day < 24) expect(body.data).toEqual({ me: { email: 'member@example.com' } })
      else expect(body.data).toEqual({ me: null })
    }
    expect(await client.cookie('session')).toBeUndefined()
  })

  it('renews its cookie for requests at once, all of which are answered as signed in', async () => {
    const clock = createSetClock()
    const { url } = await startServer({ clock })
    const client = createClient(url)
    await client.login('member@example.com')
    const { sid } = decodeJwt(await client.cookie('session'))
    clock.advance(11 * minutes)
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.execute('{ me { email } }')))
    for (const { body, headers } of answers) {
      expect(body).toEqual({ data: { me: { email: 'member@example.com' } } })
      const [, token] = /^session=([^;]+)/.exec(headers.getSetCookie()[0] ?? '') ?? []
      expect(decodeJwt(token).sid).toBe(sid)
    }
    expect((await client.execute('{ me { email } }')).headers.getSetCookie()).toEqual([])
  })

  it('ends unused after its idle time, and its cookie is cleared', async () => {
    const clock = createSetClock()
    const { url } = await startServer({ clock, env: { SESSION_IDLE: '3600', SESSION_ABSOLUTE: '86400' } })
    const client = createClient(url)
    const { headers } = await client.login('member@example.com')
    expect(headers.getSetCookie()[0]).toContain('Max-Age=3600;')
    clock.advance(61 * minutes)
    const late = await client.execute(whoAmI)
    expect(late.body.data).toEqual(nobody)
    expect(late.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/),
    ])
  })

  it('moves to a new token when the password changes, and every other browser is out', async () => {
    const { url } = await startServer()
    const [here, there] = [createClient(url), createClient(url)]
    await here.login('member@example.com')
    await there.login('member@example.com')
    const before = await here.cookie('session')
    const changed = await here.execute(
      'mutation ($new: String!) { changePassword(currentPassword: "open sesame in development", newPassword: $new) }',
      { new: password },
    )
    expect(changed.body).toEqual({ data: { changePassword: true } })
    expect(await here.cookie('session')).not.toBe(before)
    expect((await here.execute('{ me { email } }')).body.data).toEqual({ me: { email: 'member@example.com' } })
    expect((await there.execute(whoAmI)).body.data).toEqual(nobody)
    expect(await there.cookie('session')).toBeUndefined()
  })

  it('is over at once when it is revoked from elsewhere', async () => {
    const { url } = await startServer()
    const [here, there] = [createClient(url), createClient(url)]
    await here.login('member@example.com')
    await there.login('member@example.com')
    expect((await here.execute('mutation { revokeOtherSessions }')).body).toEqual({ data: { revokeOtherSessions: 1 } })
    expect((await there.execute(whoAmI)).body.data).toEqual(nobody)
    expect((await here.execute('{ me { email } }')).body.data).toEqual({ me: { email: 'member@example.com' } })
  })

  it('reads roles anew on each request, and renews the token that tells them', async () => {
    const { url } = await startServer()
    const [admin, member] = [createClient(url), createClient(url)]
    await admin.login('admin@example.com')
    await member.login('member@example.com')
    const users = '{ users { totalCount } }'
    expect(codes(await member.execute(users))).toEqual(['FORBIDDEN'])

    const { sub } = decodeJwt(await member.cookie('session'))
    const assign = 'mutation ($id: ID!) { assignRole(userId: $id, role: ADMIN) { roles } }'
    expect(codes(await admin.execute(assign, { id: sub }))).toEqual([])
    expect((await member.execute(users)).body).toEqual({ data: { users: { totalCount: 3 } } })
    expect(decodeJwt(await member.cookie('session')).roles).toContain('ADMIN')

    const withdraw = 'mutation ($id: ID!) { withdrawRole(userId: $id, role: ADMIN) { roles } }'
    expect(codes(await admin.execute(withdraw, { id: sub }))).toEqual([])
    expect(codes(await member.execute(users))).toEqual(['FORBIDDEN'])
  })
})
