import type { Client, Identity } from './identity.ts'
import type { KnownDevice } from './throttle.ts'

/** Tells whether the very user has signed in before in the browser that a request came from. */
export function knownDevice(
  { devices }: Pick<Identity, 'devices'>,
  userId: string,
  { deviceToken }: Client,
): KnownDevice | null {
  const id = deviceToken === null ? null : devices.verify(deviceToken, userId)
  return id === null ? null : { id, userId }
}
