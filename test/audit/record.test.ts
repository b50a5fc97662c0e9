import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditFilter } from '../../src/audit/audit-event.ts'
import { record } from '../../src/audit/record.ts'
import { createId } from '../../src/id.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const filter: AuditFilter = { actions: null, actorId: null, subjectId: null, from: null, until: null }
const now = new Date('2026-03-01T12:00:00.000Z')
const origin = { actorId: 'ada', ipAddress: '192.0.2.1', userAgent: 'Test/1.0' }

describe('record()', () => {
  let opened: TestDatabase
  beforeEach(async () => {
    opened = await openTestDatabase()
  })
  afterEach(() => opened.close())

  const trail = () => ({ audit: opened.stores.audit, clock: { now: () => now }, createId })
  const list = async () => (await opened.stores.audit.list({ first: 10, after: null, filter })).items

  it('appends what happened with an id, the time and where it came from', async () => {
    const subject = { type: 'Document', id: 'document-1' } as const
    await record(trail(), origin, { action: 'DOCUMENT_CREATED', subject, detail: 'a title' })
    expect(await list()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        action: 'DOCUMENT_CREATED',
        subject,
        detail: 'a title',
        ...origin,
        occurredAt: now,
      },
    ])
  })

  it('takes nothing of the origin but who and from where', async () => {
    const client = { ...origin, deviceToken: 'a device token' }
    await record(trail(), client, { action: 'LOGIN_FAILED' })
    const [event] = await list()
    expect(event).toMatchObject({ action: 'LOGIN_FAILED', subject: null, detail: null })
    expect(JSON.stringify(event)).not.toContain('a device token')
  })

  it('leaves nothing behind when the transaction fails', async () => {
    const failing = opened.database.transaction(async () => {
      await record(trail(), origin, { action: 'LOGOUT' })
      throw new TypeError('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    expect(await list()).toEqual([])
  })
})
