import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { demoUsers, seedDemo } from '../src/demo.ts'
import { createDocument } from '../src/documents/create-document.ts'
import { publishDocument } from '../src/documents/publish-document.ts'
import { parseSigningKeys } from '../src/identity/keys.ts'
import { parseMasterKey } from '../src/identity/master-key.ts'
import { parseProviderSettings } from '../src/identity/oauth/parse-provider-settings.ts'
import { startSession } from '../src/identity/start-session.ts'
import { tell } from './tell.ts'

/** This server whole, in production, over a database with the demo users, each signed in, and documents to list. */

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const config = readConfig(
  {
    NODE_ENV: 'production',
    PORT: '0',
    PUBLIC_URL: 'https://api.example.com',
    DATABASE_URL: `file:${join(folder, 'gatehouse.db')}`,
    JWT_KEYS: JSON.stringify([{ kid: 'bench', alg: 'HS256', secret: Buffer.alloc(32, 's').toString('base64url') }]),
    MASTER_KEY: Buffer.alloc(32, 'm').toString('base64'),
    TRUST_PROXY: '1',
    LOG_LEVEL: 'warn',
  },
  parseSigningKeys,
  parseMasterKey,
  parseProviderSettings,
)
const { application, server } = await compose(config)
const { identity, documents } = application
await seedDemo(application)

const cookies: Record<string, string> = {}
for (const { email, role } of demoUsers) {
  const user = await identity.users.findByEmail(email)
  if (!user) throw new TypeError(`expected ${email}`)
  const client = { ipAddress: '127.0.0.1', userAgent: 'bench', deviceToken: null }
  const { token } = await identity.transaction(() =>
    startSession(identity, { user, methods: ['PASSWORD'], replaces: null }, client),
  )
  cookies[role] = `__Host-session=${token}`
  if (role !== 'ADMIN') continue
  const origin = { actorId: user.id, ipAddress: null, userAgent: null }
  for (let index = 0; index < Number(process.env.DOCUMENTS ?? 100); index++) {
    const { id } = await createDocument(documents, { ownerId: user.id, title: `Note ${index}`, body: 'A text' }, origin)
    await publishDocument(documents, id, origin)
  }
}
await server.listen({ host: '127.0.0.1', port: 0 })
tell(server.server.address(), cookies)
