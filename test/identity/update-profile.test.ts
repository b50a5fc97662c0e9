import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InputError, NotFoundError } from '../../src/errors.ts'
import type { SignedIn } from '../../src/identity/identity.ts'
import { updateProfile } from '../../src/identity/update-profile.ts'
import { createTestIdentity, home, registerAda, type TestIdentity } from './create-test-identity.ts'

describe('updateProfile()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity()
    ada = await registerAda(identity)
  })
  afterEach(() => identity.opened.close())

  it('changes the name, without the space around it, and records that', async () => {
    const user = await updateProfile(identity, { userId: ada.user.id, name: ' Ada King\u3000' }, home)
    expect(user).toEqual({ ...ada.user, name: 'Ada King' })
    expect(await identity.users.find(ada.user.id)).toEqual(user)
    expect((await identity.recorded()).slice(1)).toEqual([
      {
        action: 'PROFILE_UPDATED',
        actorId: ada.user.id,
        subject: { type: 'User', id: ada.user.id },
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: 'Test/1.0',
      },
    ])
  })

  it.each(['', ' \t ', 'x'.repeat(101), 'Ada\u0007', 'Ada\u2028King', 'Ada \udc00'])(
    'refuses the name %j, and writes nothing',
    async (name) => {
      const failing = updateProfile(identity, { userId: ada.user.id, name }, home)
      await expect(failing).rejects.toThrow(InputError)
      await expect(failing).rejects.toMatchObject({ argument: 'name' })
      expect(await identity.users.find(ada.user.id)).toEqual(ada.user)
      expect(await identity.recorded()).toHaveLength(1)
    },
  )

  it('finds no account that is gone, and records nothing', async () => {
    const failing = updateProfile(identity, { userId: 'made-up', name: 'Nobody' }, home)
    await expect(failing).rejects.toThrow(NotFoundError)
    expect(await identity.recorded()).toHaveLength(1)
  })
})
