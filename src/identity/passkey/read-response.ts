import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import { InputError } from '../../errors.ts'

/** What a browser gives for a ceremony: its shape is right, and nothing in it is proved. */
export interface ReadResponse<Response> {
  response: Response
  /** The challenge that it says to answer. */
  challenge: string
  /** Whether a page of another origin had the page of ours in it: such a ceremony is never accepted. */
  embedded: boolean
}

/** How an authenticator can be talked to; what else a browser says is dropped. */
export const transportNames = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const

/**
 * Reads a RegistrationResponseJSON.
 *
 * @throws BAD_USER_INPUT naming the member that is not as it should be
 * @see Web Authentication Level 3, section 5.5
 */
export function readRegistration(value: unknown): ReadResponse<RegistrationResponseJSON> {
  const { inner, clientDataJSON, ...credential } = readCredential(value)
  const named = member(inner, 'transports')
  const transports = transportNames.filter((name) => Array.isArray(named) && named.includes(name))
  const attestationObject = readBytes(inner, 'attestationObject', 'response.response')
  return {
    response: { ...credential, response: { clientDataJSON, attestationObject, transports } },
    ...readClientData(clientDataJSON),
  }
}

/**
 * Reads an AuthenticationResponseJSON. The user handle has to be in it: only a discoverable passkey, which is the only
 * kind that is asked for, tells it.
 *
 * @throws BAD_USER_INPUT naming the member that is not as it should be
 * @see Web Authentication Level 3, section 5.5
 */
export function readAssertion(value: unknown): ReadResponse<AuthenticationResponseJSON> & { userHandle: string } {
  const { inner, clientDataJSON, ...credential } = readCredential(value)
  const authenticatorData = readBytes(inner, 'authenticatorData', 'response.response')
  const signature = readBytes(inner, 'signature', 'response.response')
  const userHandle = readBytes(inner, 'userHandle', 'response.response')
  return {
    response: { ...credential, response: { clientDataJSON, authenticatorData, signature, userHandle } },
    userHandle,
    ...readClientData(clientDataJSON),
  }
}

function readCredential(value: unknown) {
  const id = readBytes(value, 'id', 'response')
  if (member(value, 'rawId') !== id) throw new InputError('response.rawId', 'The rawId must be the id again')
  if (member(value, 'type') !== 'public-key') throw new InputError('response.type', 'The type must be "public-key"')
  const inner = member(value, 'response')
  const clientDataJSON = readBytes(inner, 'clientDataJSON', 'response.response')
  return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {}, inner, clientDataJSON }
}

/** By the decoder that the verification uses, so that the two never read it differently. */
function readClientData(clientDataJSON: string): { challenge: string; embedded: boolean } {
  const clientData = decodeClientData(clientDataJSON)
  const challenge = member(clientData, 'challenge')
  if (typeof challenge !== 'string')
    throw new InputError('response.response.clientDataJSON', 'The clientDataJSON must hold a challenge')
  const crossOrigin = member(clientData, 'crossOrigin') ?? false
  return { challenge, embedded: crossOrigin !== false || member(clientData, 'topOrigin') !== undefined }
}

function decodeClientData(clientDataJSON: string): unknown {
  try {
    return decodeClientDataJSON(clientDataJSON)
  } catch {
    throw new InputError('response.response.clientDataJSON', 'The clientDataJSON must be JSON')
  }
}

function readBytes(value: unknown, name: string, path: string): string {
  const text = member(value, name)
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text))
    throw new InputError(`${path}.${name}`, `The ${name} must be bytes in base64url`)
  return text
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}
