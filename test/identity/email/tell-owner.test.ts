import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApiToken } from '../../../src/identity/api-token/create-api-token.ts'
import { tellOwner } from '../../../src/identity/email/tell-owner.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { dumpDatabase } from '../../support/house.ts'
import { createTestIdentity, home, registerAda, type TestIdentity } from '../create-test-identity.ts'

describe('tellOwner()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity()
    ada = await registerAda(identity)
    await identity.users.verifyEmail(ada.user, identity.clock.now())
  })
  afterEach(() => identity.opened.close())

  const dump = () => dumpDatabase(identity.opened.path)
  const create = () => {
    const options = { grantedPermissions: [], name: 'x', permissions: null, expiresInDays: 1 }
    return createApiToken(identity, { session: ada.session, ...options }, home)
  }

  it('mails the address that is theirs at the time, and nobody who has no account', async () => {
    const emails = { from: ada.user.email, to: 'countess@example.com' }
    await identity.users.changeEmail(ada.user.id, emails, identity.clock.now())
    await tellOwner(identity, ada.user.id, 'passkey-added')
    await tellOwner(identity, 'nobody', 'passkey-added')
    const mail = { to_address: 'countess@example.com', template: 'passkey-added' }
    expect(dump().mails).toEqual([expect.objectContaining(mail)])
  })

  it.each(['mails', 'audit_events'])(
    'stands or falls with the change: neither is kept when %s takes nothing',
    async (table) => {
      const raw = new BetterSqlite3(identity.opened.path)
      raw.exec(`CREATE TRIGGER fail BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'no'); END`)
      const before = dump()
      await expect(create()).rejects.toThrow()
      expect(dump()).toEqual(before)
      raw.exec('DROP TRIGGER fail')
      raw.close()
      await create()
      expect(dump().mails).toHaveLength(1)
    },
  )
})
