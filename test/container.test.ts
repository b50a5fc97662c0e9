import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readConfig, settings } from '../src/config.ts'
import { parseSigningKeys } from '../src/identity/keys.ts'
import { parseMasterKey } from '../src/identity/master-key.ts'
import { parseProviderSettings } from '../src/identity/oauth/parse-provider-settings.ts'
import { productionEnv, testKeys } from './support/server.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const dockerfile = read('Dockerfile')
const compose = read('compose.yaml')
const known = new Set<string>(settings.map(({ name }) => name))

/** What the image sets, by name. */
const imageEnv = Object.fromEntries(
  [...(/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
)
/** What compose.yaml gives each instance, by name, with `values` in the place of what it takes from outside. */
function composeEnv(values: Record<string, string>): Record<string, string> {
  const block = /^x-gatehouse:.*?^ {2}environment:\n(.*?)^ {2}\w/ms.exec(compose)?.[1] ?? ''
  const lines = [...block.matchAll(/^ {4}(\w+): '?(.*?)'?$/gm)]
  return Object.fromEntries(
    lines.map(([, name = '', text = '']) => [
      name,
      text.replace(/\$\{(\w+)[^}]*\}/g, (_, outer) => values[outer] ?? ''),
    ]),
  )
}
const outside = {
  PUBLIC_URL: 'https://api.example.com',
  JWT_KEYS: testKeys,
  MASTER_KEY: productionEnv.MASTER_KEY ?? '',
  POSTGRES_PASSWORD: 'p',
}
const start = (env: Record<string, string>) => readConfig(env, parseSigningKeys, parseMasterKey, parseProviderSettings)

describe('the image', () => {
  it('sets variables that there are, for a server that others reach', () => {
    expect(Object.keys(imageEnv).length).toBeGreaterThan(3)
    expect(Object.keys(imageEnv).filter((name) => !known.has(name))).toEqual([])
    expect(imageEnv).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' })
    expect(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]).toBe(imageEnv.PORT)
  })

  it('starts with what production demands, and not without', () => {
    const { PUBLIC_URL, JWT_KEYS, MASTER_KEY } = outside
    expect(start({ ...imageEnv, PUBLIC_URL, JWT_KEYS, MASTER_KEY }).database).toEqual({
      kind: 'sqlite',
      path: '/data/gatehouse.db',
    })
    expect(() => start(imageEnv)).toThrow('MASTER_KEY')
  })

  it('runs as nobody in particular, on the Node.js of package.json, and says whether it is ready', () => {
    const { engines } = JSON.parse(read('package.json'))
    const bases = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major)
    expect(bases).toHaveLength(3)
    for (const major of bases) expect(engines.node).toContain(`>=${major} `)
    const [lastUser] = [...dockerfile.matchAll(/^USER (\w+)$/gm)].map(([, user]) => user).reverse()
    expect(lastUser).toBe('node')
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\n.*\/health\/ready/m)
    expect(read('src/http/health.ts')).toContain("'/health/ready'")
  })

  it('holds files that there are, which are not left out', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    )
    expect(copied).toEqual(expect.arrayContaining(['src', 'schema', 'drizzle', 'console', 'package-lock.json']))
    const kept = read('.dockerignore').split('\n')
    expect(kept).toContain('*')
    for (const file of copied) {
      expect(existsSync(new URL(`../${file}`, import.meta.url)), file).toBe(true)
      expect(kept).toContain(`!${file}`)
    }
    // Everything else stays out: data/ with its keys, .env, node_modules, .git.
    const lines = kept.filter((line) => line !== '' && !line.startsWith('#'))
    expect(new Set(lines)).toEqual(new Set(['*', 'console/dist', ...copied.map((file) => `!${file}`)]))
    expect(lines[0]).toBe('*')
  })
})

describe('compose.yaml', () => {
  it('gives the instances variables that there are, with which they start', () => {
    const env = composeEnv(outside)
    expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([])
    expect(start({ ...imageEnv, ...env })).toMatchObject({
      database: { kind: 'postgresql', url: 'postgres://gatehouse:p@postgresql:5432/gatehouse' },
      publicUrl: 'https://api.example.com',
      trustProxy: 1,
    })
  })

  it('has two instances behind a proxy that knows their port, none of which others reach, on a file system to read', () => {
    for (const name of ['one', 'two']) {
      expect(compose).toMatch(new RegExp(`^ {2}${name}: \\*gatehouse$`, 'm'))
      expect(compose).toContain(`--to ${name}:${imageEnv.PORT}`)
    }
    expect(compose.match(/^ {4}ports:/gm)).toHaveLength(1)
    expect(compose).toMatch(/^ {2}read_only: true$/m)
    expect(compose).toMatch(/^ {2}cap_drop: \[ALL\]$/m)
    // No secret stands in it: each comes from outside, and the start fails without.
    for (const name of ['JWT_KEYS', 'MASTER_KEY', 'POSTGRES_PASSWORD']) expect(compose).toContain(`\${${name}:?`)
  })
})
