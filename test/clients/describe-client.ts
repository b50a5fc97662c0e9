import { describe, expect, it } from 'vitest'
import type { Page, Proof } from '../../examples/clients/fetch.ts'
import { demoPassword } from '../../src/demo.ts'
import { createSetClock } from '../identity/set-clock.ts'
import { createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'
import { beBrowser } from './browser.ts'

/** What came of an operation, told alike by each client. */
export interface Outcome {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it selects.
  data: any
  codes: string[]
  withheld: string[]
  secondsToWait: number
}

export interface Api {
  query(query: string): Promise<Outcome>
  mutate(mutation: string): Promise<Outcome>
}

const frontend = 'http://localhost:5173'
const login = (password = demoPassword) =>
  `mutation { login(email: "member@example.com", password: "${password}") { ... on Session { user { name } } } }`
const createToken = (name: string) => `createApiToken(name: "${name}") { token session { id } }`
const createDocument = 'createDocument(title: "Plan", body: "") { id }'
const readBack = '{ me { sessions { kind name } } documents { totalCount } }'
const kept = ({ me, documents }: Outcome['data']) => ({
  tokens: me.sessions.flatMap((session: { kind: string; name: string }) =>
    session.kind === 'API_TOKEN' ? [session.name] : [],
  ),
  documents: documents.totalCount,
})

/** A page of a frontend, whose person answers as told. */
async function open(create: (url: string, page: Page) => Api, origin = frontend) {
  const clock = createSetClock(new Date().toISOString())
  const { url } = await startServer({ clock, env: { ALLOWED_ORIGINS: frontend } })
  const jar = beBrowser(origin)
  const answers: (Proof | null)[] = []
  const seen: { signIns: number; problems: (string | null)[] } = { signIns: 0, problems: [] }
  const api = create(`${url}/graphql`, {
    showSignIn: () => void seen.signIns++,
    async askForProof(problem) {
      seen.problems.push(problem)
      return answers.shift() ?? null
    },
  })
  const sessionCookie = async () => (await jar.getCookies(url)).find(({ key }) => key === 'session')
  return { url, clock, api, answers, seen, sessionCookie }
}

/** What every recipe of docs/clients.md does, against the running server. */
export function describeClient(name: string, create: (url: string, page: Page) => Api): void {
  describe(name, () => {
    it('signs in, and is known by a cookie that the page cannot read', async () => {
      const { api, sessionCookie } = await open(create)
      expect((await api.mutate(login())).data).toMatchObject({ login: { user: { name: 'Max Member' } } })
      expect(await sessionCookie()).toMatchObject({ httpOnly: true, path: '/', sameSite: 'lax' })
      const me = await api.query('{ me { email } }')
      expect(me).toMatchObject({ data: { me: { email: 'member@example.com' } }, codes: [] })
    })

    it('comes to nothing on a page whose origin is not listed', async () => {
      const { api, sessionCookie } = await open(create, 'http://localhost:5174')
      await expect(api.mutate(login())).rejects.toThrow('CORS')
      expect(await sessionCookie()).toBeUndefined()
    })

    it('shows the form to sign in once nobody is signed in: UNAUTHENTICATED', async () => {
      const { url, api, seen } = await open(create)
      await api.mutate(login())
      await api.query('{ me { name } }')
      expect(seen.signIns).toBe(0)
      const elsewhere = createClient(url)
      await elsewhere.login('member@example.com')
      await elsewhere.execute('mutation { revokeOtherSessions }')
      expect(await api.query('{ me { email } }')).toMatchObject({ data: { me: null }, codes: ['UNAUTHENTICATED'] })
      expect(seen.signIns).toBe(1)
    })

    it('has the data that may be seen, and the paths of what may not: FORBIDDEN', async () => {
      const { api, seen } = await open(create)
      await api.mutate(login())
      const { data, withheld } = await api.query('{ documents(first: 2) { edges { node { title owner { email } } } } }')
      expect(data.documents.edges).toMatchObject([
        { node: { title: 'Release notes', owner: { email: null } } },
        { node: { title: 'Ideas', owner: { email: null } } },
      ])
      expect(withheld).toEqual(['documents.edges.0.node.owner.email', 'documents.edges.1.node.owner.email'])
      expect(seen).toEqual({ signIns: 0, problems: [] })
    })

    it('knows for how long to wait, and can go on afterwards: RATE_LIMITED', async () => {
      const { api, clock } = await open(create)
      for (let count = 0; count < 5; count++)
        expect(await api.mutate(login('wrong'))).toMatchObject({ codes: ['INVALID_CREDENTIALS'], secondsToWait: 0 })
      const limited = await api.mutate(login())
      expect(limited).toMatchObject({ codes: ['RATE_LIMITED'], secondsToWait: 1 })
      clock.advance(limited.secondsToWait)
      expect((await api.mutate(login())).data).toMatchObject({ login: { user: { name: 'Max Member' } } })
    })

    it('asks who one is until it is proved, then repeats what asked for it: REAUTHENTICATION_REQUIRED', async () => {
      const { api, clock, answers, seen, sessionCookie } = await open(create)
      await api.mutate(login())
      const before = await sessionCookie()
      clock.advance(601)
      answers.push({ password: 'wrong' }, { password: demoPassword })
      const created = await api.mutate(`mutation { ${createToken('CI')} }`)
      expect(created.codes).toEqual([])
      expect(created.data.createApiToken.token).toMatch(/^\S{20,}$/)
      expect(seen).toEqual({ signIns: 0, problems: [null, expect.stringMatching(/password/)] })
      expect((await sessionCookie())?.value).not.toBe(before?.value)
    })

    it('asks once for all that want it, and runs each once', async () => {
      const { api, clock, answers, seen } = await open(create)
      await api.mutate(login())
      clock.advance(601)
      answers.push({ password: demoPassword })
      const created = await Promise.all([
        api.mutate(`mutation { ${createDocument} ${createToken('one')} }`),
        api.mutate(`mutation { ${createToken('two')} }`),
      ])
      expect(created.map(({ codes }) => codes)).toEqual([[], []])
      expect(seen.problems).toEqual([null])
      const { tokens, documents } = kept((await api.query(readBack)).data)
      expect(tokens.sort()).toEqual(['one', 'two'])
      expect(documents).toBe(7)
    })

    it('lets a person rather not: nothing has run', async () => {
      const { api, clock, answers, seen } = await open(create)
      await api.mutate(login())
      clock.advance(601)
      answers.push({ password: 'wrong' }, null)
      const refused = await api.mutate(`mutation { ${createDocument} ${createToken('CI')} }`)
      expect(refused.codes).toEqual(['REAUTHENTICATION_REQUIRED'])
      expect(seen.problems).toHaveLength(2)
      expect(kept((await api.query(readBack)).data)).toEqual({ tokens: [], documents: 6 })
    })
  })
}
