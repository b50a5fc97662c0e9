import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignRole } from '../../src/access/assign-role.ts'
import { withdrawRole } from '../../src/access/withdraw-role.ts'
import { ConflictError, NotFoundError } from '../../src/errors.ts'
import { createId } from '../../src/id.ts'
import { openApplication, type TestApplication } from '../graphql/application.ts'

let app: TestApplication
beforeEach(async () => {
  app = await openApplication()
})
afterEach(() => app.close())

const origin = () => ({ actorId: app.people.admin.id, ipAddress: '203.0.113.7', userAgent: 'Vitest' })
const access = () => app.application.access

describe('assignRole()', () => {
  it('gives the user with the role and records it', async () => {
    const { id } = app.people.member
    const user = await assignRole(access(), { userId: id, role: 'EDITOR' }, origin())
    expect([...user.roles].sort()).toEqual(['EDITOR', 'MEMBER'])
    expect(await app.auditTrail()).toMatchObject([
      { action: 'ROLE_ASSIGNED', ...origin(), subject: { type: 'User', id }, detail: 'EDITOR' },
    ])
  })

  it('changes and records nothing when the user holds the role', async () => {
    const user = await assignRole(access(), { userId: app.people.member.id, role: 'MEMBER' }, origin())
    expect(user.roles).toEqual(['MEMBER'])
    expect(await app.auditTrail()).toEqual([])
  })

  it('refuses an unknown user and writes nothing', async () => {
    const assignment = { userId: createId(), role: 'EDITOR' } as const
    const attempt = assignRole(access(), assignment, origin())
    await expect(attempt).rejects.toThrow(new NotFoundError('There is no user with this id'))
    expect(await app.auditTrail()).toEqual([])
  })

  it('records once what twenty ask for at once', async () => {
    const assignment = { userId: app.people.member.id, role: 'EDITOR' } as const
    await Promise.all(Array.from({ length: 20 }, () => assignRole(access(), assignment, origin())))
    expect(await app.auditTrail()).toHaveLength(1)
  })

  it('leaves no role behind when it cannot be recorded', async () => {
    const audit = { ...app.stores.audit, append: () => Promise.reject(new Error('disk full')) }
    const assignment = { userId: app.people.member.id, role: 'EDITOR' } as const
    await expect(assignRole({ ...access(), audit }, assignment, origin())).rejects.toThrow('disk full')
    expect((await app.stores.users.find(app.people.member.id))?.roles).toEqual(['MEMBER'])
  })
})

describe('withdrawRole()', () => {
  it('gives the user without the role and records it', async () => {
    const { id } = app.people.editor
    const user = await withdrawRole(access(), { userId: id, role: 'EDITOR' }, origin())
    expect(user.roles).toEqual([])
    expect(await app.auditTrail()).toMatchObject([
      { action: 'ROLE_WITHDRAWN', ...origin(), subject: { type: 'User', id }, detail: 'EDITOR' },
    ])
  })

  it('changes and records nothing when the user does not hold the role', async () => {
    const user = await withdrawRole(access(), { userId: app.people.member.id, role: 'ADMIN' }, origin())
    expect(user.roles).toEqual(['MEMBER'])
    expect(await app.auditTrail()).toEqual([])
  })

  it('refuses an unknown user and writes nothing', async () => {
    const attempt = withdrawRole(access(), { userId: createId(), role: 'EDITOR' }, origin())
    await expect(attempt).rejects.toThrow(NotFoundError)
    expect(await app.auditTrail()).toEqual([])
  })

  it('withdraws ADMIN while somebody else has it', async () => {
    await app.addUser('second', ['ADMIN'])
    const user = await withdrawRole(access(), { userId: app.people.admin.id, role: 'ADMIN' }, origin())
    expect(user.roles).toEqual([])
  })

  it('refuses the last ADMIN, who keeps the role, and records nothing', async () => {
    const attempt = withdrawRole(access(), { userId: app.people.admin.id, role: 'ADMIN' }, origin())
    await expect(attempt).rejects.toThrow(ConflictError)
    expect((await app.stores.users.find(app.people.admin.id))?.roles).toEqual(['ADMIN'])
    expect(await app.auditTrail()).toEqual([])
  })

  it('leaves one ADMIN of twenty when all are withdrawn at once', async () => {
    const others = await Promise.all(Array.from({ length: 19 }, (_, index) => app.addUser(`admin-${index}`, ['ADMIN'])))
    const outcomes = await Promise.allSettled(
      [app.people.admin, ...others].map(({ id }) => withdrawRole(access(), { userId: id, role: 'ADMIN' }, origin())),
    )
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.map(({ reason }) => reason)).toEqual([expect.any(ConflictError)])
    expect(await app.stores.roles.countActiveHolders('ADMIN')).toBe(1)
    expect(await app.auditTrail()).toHaveLength(19)
  })
})
