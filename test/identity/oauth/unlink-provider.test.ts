import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { createLoginProviders } from '../../../src/identity/oauth/login-provider.ts'
import { unlinkProvider } from '../../../src/identity/oauth/unlink-provider.ts'
import { register } from '../../../src/identity/register.ts'
import { createTestIdentity, home, password, registerAda, type TestIdentity } from '../create-test-identity.ts'

const settingsOf = (id: string) => ({
  id,
  name: id,
  issuer: `https://${id}.example.com`,
  clientId: 'gatehouse',
  clientSecret: 'swordfish',
  scopes: ['openid'],
})

describe('unlinkProvider()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity()
    ada = await registerAda(identity)
    configure('one', 'two')
    await link('one')
    await link('two')
  })
  afterEach(() => identity.opened.close())

  const configure = (...ids: string[]) => {
    const context = { publicUrl: 'https://gatehouse.test', clock: identity.clock }
    identity.loginProviders = createLoginProviders(ids.map(settingsOf), context)
  }
  const link = (provider: string) =>
    identity.providerLinks.create({
      id: provider,
      userId: ada.user.id,
      provider,
      issuer: settingsOf(provider).issuer,
      subject: 'ada',
      createdAt: identity.clock.now(),
    })
  const unlink = (provider: string, { session }: SignedIn = ada) =>
    unlinkProvider(identity, { session, provider }, { actorId: session.user.id, ...home })
  const linked = async () => (await identity.providerLinks.listByUser(ada.user.id)).map(({ id }) => id).sort()
  const forgetPassword = () => identity.opened.database.db.delete(identity.opened.database.tables.credentials)

  it('takes a provider from the ways to sign in, and records it', async () => {
    await unlink('one')
    expect(await linked()).toEqual(['two'])
    const last = (await identity.recorded()).at(-1)
    expect(last).toMatchObject({ action: 'PROVIDER_UNLINKED', detail: 'one', actorId: ada.user.id })
  })

  it('refuses one that is not linked, by this user', async () => {
    await expect(unlink('three')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const bob = await register(identity, { email: 'bob@example.com', password, name: 'Bob' }, home)
    await expect(unlink('one', bob)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await linked()).toEqual(['one', 'two'])
  })

  it('refuses a session that ended meanwhile, and unlinks nothing', async () => {
    await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
    await expect(unlink('one')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await linked()).toEqual(['one', 'two'])
  })

  it('takes the last one from a user who has a password, and not from one who has nothing else', async () => {
    await forgetPassword()
    await unlink('one')
    await expect(unlink('two')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await linked()).toEqual(['two'])
    await identity.passwords.put(ada.user.id, 'hash', identity.clock.now())
    await unlink('two')
    expect(await linked()).toEqual([])
  })

  it('does not count a provider that is configured no more', async () => {
    await forgetPassword()
    configure('one')
    await expect(unlink('one')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await linked()).toEqual(['one', 'two'])
  })

  it('leaves one of two that are unlinked at once', async () => {
    await forgetPassword()
    const results = await Promise.allSettled([unlink('one'), unlink('two')])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await linked()).toHaveLength(1)
  })
})
