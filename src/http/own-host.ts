import { isIP } from 'node:net'

/**
 * Decides whether a Host header names this very server to a developer: localhost, an address, or the host of its
 * public URL. Any other name may have been rebound: its page, in a browser on this machine, would pass for the server's
 * own. An address cannot be, since no name stands for it.
 */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  const name = host?.replace(/:\d*$/, '').toLowerCase() ?? ''
  if (name === 'localhost' || name.endsWith('.localhost') || name === new URL(publicUrl).hostname) return true
  return isIP(name) === 4 || (/^\[.+\]$/.test(name) && isIP(name.slice(1, -1)) === 6)
}
