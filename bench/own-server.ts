import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { demoPassword, demoUsers, seedDemo } from '../src/demo.ts'
import { createDocument } from '../src/documents/create-document.ts'
import { publishDocument } from '../src/documents/publish-document.ts'
import { parseSigningKeys } from '../src/identity/keys.ts'
import { parseMasterKey } from '../src/identity/master-key.ts'
import { parseProviderSettings } from '../src/identity/oauth/parse-provider-settings.ts'
import { startSession } from '../src/identity/start-session.ts'
import { tell } from './tell.ts'

/** This server whole, in production, over a database that is there or else one with the demo users and documents to list. */

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const config = readConfig(
  {
    NODE_ENV: 'production',
    PORT: '0',
    PUBLIC_URL: 'https://api.example.com',
    DATABASE_URL: `file:${process.env.DATABASE_FILE ?? join(folder, 'gatehouse.db')}`,
    JWT_KEYS: JSON.stringify([{ kid: 'bench', alg: 'HS256', secret: Buffer.alloc(32, 's').toString('base64url') }]),
    MASTER_KEY: Buffer.alloc(32, 'm').toString('base64'),
    TRUST_PROXY: '1',
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(?:METRICS|OTEL)_/.test(name))),
  },
  parseSigningKeys,
  parseMasterKey,
  parseProviderSettings,
)
const { application, server } = await compose(config)
const { identity, documents } = application
/** Addresses of those to sign in, by the names of their cookies. */
const signIn: Record<string, string> = process.env.SIGN_IN
  ? JSON.parse(process.env.SIGN_IN)
  : Object.fromEntries(demoUsers.map(({ role, email }) => [role, email]))
if (!process.env.DATABASE_FILE) {
  await seedDemo(application)
  await createDocuments(100)
  await createPeople(Number(process.env.PEOPLE ?? 0))
  await fillSessions()
}

/** Gives the member as many sessions and API tokens as anybody may have: with the one below, twenty of each. */
async function fillSessions(): Promise<void> {
  const user = await identity.users.findByEmail(demoUsers[2].email)
  if (!user) throw new TypeError('expected the member')
  const now = identity.clock.now()
  const endsAt = new Date(now.getTime() + 86_400_000)
  const times = { createdAt: now, authenticatedAt: now, lastUsedAt: now, expiresAt: endsAt, endsAt }
  const session = { user: { id: user.id }, methods: [], userAgent: 'bench', ipAddress: null, ...times }
  for (let index = 0; index < 19; index++)
    await identity.sessions.create({
      ...session,
      id: identity.createId(),
      kind: 'BROWSER',
      name: null,
      permissions: null,
    })
  for (let index = 0; index < 20; index++)
    await identity.sessions.create({
      ...session,
      id: identity.createId(),
      kind: 'API_TOKEN',
      name: 'bench',
      permissions: [],
    })
}

/** Who can sign in with the password of the demo users. */
async function createPeople(count: number): Promise<void> {
  const hash = await identity.hasher.hash(demoPassword)
  for (let index = 0; index < count; index++) {
    const id = identity.createId()
    const createdAt = identity.clock.now()
    const verified = { emailVerified: true, suspended: false, createdAt }
    const email = `person${index}@example.com`
    await identity.users.create({ id, name: 'Somebody', email, roles: ['MEMBER'], ...verified })
    await identity.roles.assign(id, 'MEMBER', null, createdAt)
    await identity.passwords.put(id, hash, createdAt)
  }
}

async function createDocuments(count: number): Promise<void> {
  const owner = await identity.users.findByEmail(demoUsers[0].email)
  if (!owner) throw new TypeError('expected the administrator')
  const origin = { actorId: owner.id, ipAddress: null, userAgent: null }
  for (let index = 0; index < count; index++) {
    const content = { ownerId: owner.id, title: `Note ${index}`, body: 'A text' }
    const { id } = await createDocument(documents, content, origin)
    await publishDocument(documents, id, origin)
  }
}

const cookies: Record<string, string> = {}
for (const [name, email] of Object.entries(signIn)) {
  const user = await identity.users.findByEmail(email)
  if (!user) throw new TypeError(`expected ${email}`)
  const client = { ipAddress: '127.0.0.1', userAgent: 'bench', deviceToken: null }
  const { token } = await identity.transaction(() =>
    startSession(identity, { user, methods: ['PASSWORD'], replaces: null }, client),
  )
  cookies[name] = `__Host-session=${token}`
}
await server.listen({ host: '127.0.0.1', port: 0 })
tell(server.server.address(), cookies)
