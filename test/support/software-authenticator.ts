import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'

export type Cbor = Parameters<typeof isoCBOR.encode>[0]

/** How a ceremony differs from an honest one; what is left out is as it should be. */
export interface Mischief {
  origin?: string
  rpId?: string
  /** More members of the client data, or others. */
  clientData?: Record<string, unknown>
  userPresent?: boolean
  userVerified?: boolean
  /** The flags BE and BS. */
  backup?: { eligible: boolean; state: boolean }
  counter?: number
  userHandle?: string
  /** Signs with it in the place of the passkey's own. */
  signingKey?: KeyObject
  /** The attestation statement, by format. */
  attestation?: (signed: Uint8Array, key: KeyObject) => { fmt: string; attStmt: Map<string, Cbor> }
  /** The COSE key that is told to be the passkey's. */
  publicKey?: Map<number, Cbor>
  credentialId?: Uint8Array
}

/** An authenticator in software: it makes real passkeys and real signatures, and everything wrong that is asked for. */
export interface SoftwareAuthenticator {
  create(options: PublicKeyCredentialCreationOptionsJSON, mischief?: Mischief): RegistrationResponseJSON
  get(options: PublicKeyCredentialRequestOptionsJSON, mischief?: Mischief): AuthenticationResponseJSON
}

/**
 * @param origin - of the pages that use it
 * @param algorithm - of the COSE registry
 */
export function createSoftwareAuthenticator(origin: string, algorithm: -8 | -7 | -257 = -7): SoftwareAuthenticator {
  const key = generateKey(algorithm)
  const credentialId = randomBytes(32)
  let counter = 0
  let userHandle = ''

  const clientDataOf = (type: string, challenge: string, mischief: Mischief) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge,
        origin: mischief.origin ?? origin,
        crossOrigin: false,
        ...mischief.clientData,
      }),
    )

  function authenticatorData(rpId: string, { counter: given, ...mischief }: Mischief, attested?: Uint8Array): Buffer {
    counter = given ?? counter + 1
    const { userPresent = true, userVerified = true, backup = { eligible: false, state: false } } = mischief
    const flags =
      Number(userPresent) |
      (Number(userVerified) << 2) |
      (Number(backup.eligible) << 3) |
      (Number(backup.state) << 4) |
      (Number(attested !== undefined) << 6)
    const head = Buffer.alloc(5)
    head.writeUInt8(flags)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([hash(mischief.rpId ?? rpId), head, attested ?? Buffer.alloc(0)])
  }

  return {
    create(options, mischief = {}) {
      userHandle = options.user.id
      const clientDataJSON = clientDataOf('webauthn.create', options.challenge, mischief)
      const id = mischief.credentialId ?? credentialId
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const publicKey = encodeCbor(mischief.publicKey ?? coseKey(key.publicKey, algorithm))
      const attested = Buffer.concat([Buffer.alloc(16), length, id, publicKey])
      const authData = authenticatorData(options.rp.id ?? '', mischief, attested)
      const signed = Buffer.concat([authData, hash(clientDataJSON)])
      const { fmt, attStmt } = mischief.attestation?.(signed, key.privateKey) ?? {
        fmt: 'none',
        attStmt: new Map<string, Cbor>(),
      }
      const attestationObject = encodeCbor(
        new Map<string, Cbor>([
          ['fmt', fmt],
          ['attStmt', attStmt],
          ['authData', new Uint8Array(authData)],
        ]),
      )
      return {
        id: encode(id),
        rawId: encode(id),
        type: 'public-key',
        clientExtensionResults: { credProps: { rk: true } },
        authenticatorAttachment: 'platform',
        response: {
          clientDataJSON: encode(clientDataJSON),
          attestationObject: encode(attestationObject),
          transports: ['internal'],
        },
      }
    },

    get(options, mischief = {}) {
      const clientDataJSON = clientDataOf('webauthn.get', options.challenge, mischief)
      const authData = authenticatorData(options.rpId ?? '', mischief)
      const signed = Buffer.concat([authData, hash(clientDataJSON)])
      return {
        id: encode(credentialId),
        rawId: encode(credentialId),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: encode(clientDataJSON),
          authenticatorData: encode(authData),
          signature: encode(signWith(mischief.signingKey ?? key.privateKey, signed)),
          userHandle: mischief.userHandle ?? userHandle,
        },
      }
    },
  }
}

export function generateKey(algorithm: -8 | -7 | -257) {
  if (algorithm === -8) return generateKeyPairSync('ed25519')
  if (algorithm === -7) return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

export function signWith(key: KeyObject, data: Uint8Array): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key)
}

/** The public key as RFC 9052, section 7, has it; numbered as in the COSE registry. */
export function coseKey(key: KeyObject, algorithm: number): Map<number, Cbor> {
  const { kty, x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' })
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
  if (kty === 'OKP')
    return new Map<number, Cbor>([
      [1, 1],
      [3, algorithm],
      [-1, 6],
      [-2, bytes(x)],
    ])
  if (kty === 'EC')
    return new Map<number, Cbor>([
      [1, 2],
      [3, algorithm],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ])
  return new Map<number, Cbor>([
    [1, 3],
    [3, algorithm],
    [-1, bytes(n)],
    [-2, bytes(e)],
  ])
}

function encodeCbor(value: Cbor): Uint8Array {
  return isoCBOR.encode(value)
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function hash(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
