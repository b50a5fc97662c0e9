import { describe, expect, it } from 'vitest'
import { clientNetwork } from '../../src/identity/client-address.ts'

describe('clientNetwork()', () => {
  it('gives an IPv4 address by itself', () => {
    expect(clientNetwork('192.0.2.1')).toBe('192.0.2.1')
    expect(clientNetwork('192.0.2.2')).toBe('192.0.2.2')
  })

  it.each(['::ffff:192.0.2.1', '::ffff:c000:201', '::FFFF:C000:0201'])('folds the mapped %s into IPv4', (address) => {
    expect(clientNetwork(address)).toBe('192.0.2.1')
  })

  it.each([
    '2001:db8:1:2::',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:0DB8:0001:0002:0:0:0:1',
    '2001:db8:1:2:3::192.0.2.1',
  ])('takes %s for one /64', (address) => {
    expect(clientNetwork(address)).toBe('2001:db8:1:2::')
  })

  it('tells the next /64 apart', () => {
    expect(clientNetwork('2001:db8:1:3::1')).toBe('2001:db8:1:3::')
  })

  it('leaves the interface out of a link-local address', () => {
    expect(clientNetwork('fe80::1%eth0')).toBe(clientNetwork('fe80::2%eth1'))
  })

  it.each([null, '', 'unknown', '192.0.2', '192.0.2.1:80', '2001:db8::1/64', '0x7f.1'])(
    'does not know %s',
    (address) => {
      expect(clientNetwork(address)).toBe('unknown')
    },
  )
})
