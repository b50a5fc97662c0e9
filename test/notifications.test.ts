import { describe, expect, it } from 'vitest'
import { createLocalNotifications, createUnsharedNotifications } from '../src/notifications.ts'

const throws = (error: unknown) => {
  throw error
}

describe('createLocalNotifications()', () => {
  it('hands each payload to all who listen on its channel, in the order of sending, and to nobody else', async () => {
    const notifications = createLocalNotifications(throws)
    const heard: string[] = []
    notifications.subscribe('documents', (payload) => heard.push(`first ${payload}`))
    notifications.subscribe('documents', (payload) => heard.push(`second ${payload}`))
    notifications.subscribe('sessions', (payload) => heard.push(`elsewhere ${payload}`))
    await notifications.publish('documents', 'a')
    await notifications.publish('documents', '')
    expect(heard).toEqual(['first a', 'second a', 'first ', 'second '])
  })

  it('sends without anybody listening', async () => {
    await createLocalNotifications(throws).publish('documents', 'a')
  })

  it('ends one listening and no other, also of the same function, and also while it hands out', async () => {
    const notifications = createLocalNotifications(throws)
    const heard: string[] = []
    const listener = (payload: string) => heard.push(payload)
    const end = notifications.subscribe('documents', listener)
    notifications.subscribe('documents', listener)
    await notifications.publish('documents', 'twice')
    end()
    end()
    await notifications.publish('documents', 'once')
    expect(heard).toEqual(['twice', 'twice', 'once'])

    const endOwn = notifications.subscribe('sessions', (payload) => {
      heard.push(payload)
      endOwn()
    })
    notifications.subscribe('sessions', listener)
    await notifications.publish('sessions', 'both')
    await notifications.publish('sessions', 'the other')
    expect(heard.slice(3)).toEqual(['both', 'both', 'the other'])
  })

  it('listens anew on a channel that everybody had left', async () => {
    const notifications = createLocalNotifications(throws)
    const heard: string[] = []
    notifications.subscribe('documents', (payload) => heard.push(payload))()
    const end = notifications.subscribe('documents', (payload) => heard.push(payload))
    await notifications.publish('documents', 'a')
    end()
    await notifications.publish('documents', 'b')
    expect(heard).toEqual(['a'])
  })

  it('tells of a listener that throws, and keeps nothing from the others or from who sends', async () => {
    const errors: unknown[] = []
    const notifications = createLocalNotifications((error) => errors.push(error))
    const heard: string[] = []
    const failure = new Error('deaf')
    notifications.subscribe('documents', () => throws(failure))
    notifications.subscribe('documents', (payload) => heard.push(payload))
    await notifications.publish('documents', 'a')
    expect(errors).toEqual([failure])
    expect(heard).toEqual(['a'])
  })

  it('refuses what PostgreSQL could not send', async () => {
    const notifications = createLocalNotifications(throws)
    const heard: string[] = []
    notifications.subscribe('documents', (payload) => heard.push(payload))
    await notifications.publish('documents', 'ä'.repeat(3950))
    await expect(notifications.publish('documents', 'ä'.repeat(3951))).rejects.toThrow(TypeError)
    for (const channel of ['', 'Documents', 'a"b', 'a'.repeat(64)]) {
      await expect(notifications.publish(channel, 'a')).rejects.toThrow(TypeError)
      expect(() => notifications.subscribe(channel, () => {})).toThrow(TypeError)
    }
    expect(heard).toHaveLength(1)
  })

  it('hands out nothing more once it is closed', async () => {
    const notifications = createLocalNotifications(throws)
    const heard: string[] = []
    notifications.subscribe('documents', (payload) => heard.push(payload))
    await notifications.close()
    await notifications.publish('documents', 'a')
    expect(heard).toEqual([])
  })
})

describe('createUnsharedNotifications()', () => {
  it('hands payloads on, and takes it every so often that some were lost, until it is closed', async () => {
    const notifications = createUnsharedNotifications(throws, 20)
    const heard: string[] = []
    let gaps = 0
    notifications.subscribe('documents', (payload) => heard.push(payload))
    const end = notifications.onGap(() => gaps++)
    await notifications.publish('documents', 'a')
    expect(heard).toEqual(['a'])
    await expect.poll(() => gaps).toBeGreaterThan(2)
    end()
    const atEnd = gaps
    let others = 0
    notifications.onGap(() => others++)
    await expect.poll(() => others).toBeGreaterThan(0)
    expect(gaps).toBe(atEnd)
    await notifications.close()
    const atClose = others
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(others).toBe(atClose)
  })
})
