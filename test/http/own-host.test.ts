import { describe, expect, it } from 'vitest'
import { isOwnHost } from '../../src/http/own-host.ts'

const publicUrl = 'http://gatehouse.test:4000'

describe('isOwnHost()', () => {
  it.each([
    'localhost',
    'localhost:4000',
    'LOCALHOST:4000',
    'api.localhost',
    '127.0.0.1:4000',
    '192.0.2.7',
    '[::1]:4000',
    '[::1]',
    'gatehouse.test',
    'Gatehouse.test:8080',
  ])('takes %s for the own', (host) => {
    expect(isOwnHost(host, publicUrl)).toBe(true)
  })

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.evil.example',
    'evil.example@localhost',
    'localhost:4000@evil.example',
    'localhost, evil.example',
    'localhost/evil.example',
    'a.gatehouse.test',
    '::1',
    '[evil.example]',
    '[]',
    '[',
    ':4000',
  ])('takes %s for none', (host) => {
    expect(isOwnHost(host, publicUrl)).toBe(false)
  })
})
