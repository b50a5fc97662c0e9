import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Gives the network that an address is counted under: an IPv4 address by itself, also one that is written as IPv6; an
 * IPv6 address by its /64, which is what one subscriber has; everything unknown as one. It cannot tell apart those who
 * share an address.
 *
 * @see RFC 4291, section 2.5.5.2, for IPv4-mapped addresses
 * @see RFC 6177
 */
export function clientNetwork(ipAddress: string | null): string {
  if (ipAddress === null || isIP(ipAddress) === 0) return 'unknown'
  const address = ipaddr.process(ipAddress)
  if (address.kind() === 'ipv4') return address.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(address.toString())}/64`).toString()
}

/** `fe80::1%eth0`: the zone names an interface of this machine, not the client. */
function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? address
}
