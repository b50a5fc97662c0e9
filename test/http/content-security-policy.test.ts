import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CspEvaluator } from 'csp_evaluator'
import { Severity, Type } from 'csp_evaluator/dist/finding.js'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import { describe, expect, it } from 'vitest'
import { renderPage } from '../../src/cli/access/render-page.ts'
import { createClient } from '../support/client.ts'
import { createFolder, type Env, productionEnv, startServer } from '../support/server.ts'

/** What the evaluator finds in a policy, down to what may be no fault: `SCRIPT_UNSAFE_INLINE of script-src 'unsafe-inline'`. */
function findingsOf(policy: string): string[] {
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate()
  return findings
    .filter(({ severity }) => severity < Severity.INFO)
    .map(({ type, directive, value }) => [Type[type], 'of', directive, value].filter(Boolean).join(' '))
}

/** A browser holds a page to each of its policies: what one of them refuses stays refused. */
const findingsOfAll = (policies: readonly string[]) =>
  policies.map(findingsOf).reduce((all, found) => all.filter((finding) => found.includes(finding)))

async function open(env: Env = {}, isBuilt = true) {
  const consoleFolder = join(createFolder(), 'dist')
  if (isBuilt) {
    mkdirSync(join(consoleFolder, 'assets'), { recursive: true })
    writeFileSync(join(consoleFolder, 'index.html'), '<!doctype html><title>Gatehouse</title>')
    writeFileSync(join(consoleFolder, 'assets', 'app-1a2b.js'), 'console.log("Gatehouse")\n')
  }
  const { url } = await startServer({ env, consoleFolder })
  return createClient(url, env.PUBLIC_URL)
}

type Opened = Awaited<ReturnType<typeof open>>

const headerOf = ({ headers }: Awaited<ReturnType<Opened['send']>>) =>
  headers.get('content-security-policy') ?? expect.unreachable('there is no policy')
const metaOf = (html: string) =>
  /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ??
  expect.unreachable('the page has no policy')

/**
 * Why `script-src 'self'` lets in nothing: this origin hands out no script but what the build of the console made. What
 * it answers with what people wrote is JSON, which browsers take for no script, as the next test holds; nothing calls a
 * function that the request names, and there is no way to upload a file.
 */
const ownScripts = ["SCRIPT_ALLOWLIST_BYPASS of script-src 'self'"]

describe('the Content-Security-Policy, by Google’s CSP Evaluator,', () => {
  it('is told where it is a bad one', () => {
    expect(findingsOf("script-src 'unsafe-inline' https://www.google.com; object-src *")).toEqual(
      expect.arrayContaining([
        "SCRIPT_UNSAFE_INLINE of script-src 'unsafe-inline'",
        'SCRIPT_ALLOWLIST_BYPASS of script-src https://www.google.com',
        'PLAIN_WILDCARD of object-src *',
      ]),
    )
    expect(findingsOf('')).toContain('MISSING_DIRECTIVES of script-src')
  })

  it.each([{}, productionEnv])('lets the pages of the console run scripts of this server alone', async (env) => {
    const client = await open(env)
    for (const path of ['/console/', '/console/documents/1', '/console/sign-in'])
      expect(findingsOf(headerOf(await client.send(path))), path).toEqual(ownScripts)
  })

  it.each([{}, productionEnv])('lets nothing else that the server answers load or run anything', async (env) => {
    const client = await open(env)
    const json = { 'content-type': 'application/json' }
    const answers = {
      operation: await client.send('/graphql', { method: 'POST', headers: json, body: '{"query":"{ __typename }"}' }),
      'broken operation': await client.send('/graphql', { method: 'POST', headers: json, body: '{' }),
      'no operation': await client.send('/graphql'),
      script: await client.send('/console/assets/app-1a2b.js'),
      'missing script': await client.send('/console/assets/app-0000.js'),
      'led on': await client.send('/console'),
      'mail link': await client.send('/verify-email'),
      keys: await client.send('/.well-known/jwks.json'),
      health: await client.send('/health/live'),
      nothing: await client.send('/nowhere'),
    }
    for (const [name, answer] of Object.entries(answers)) {
      expect(headerOf(answer), name).toMatch(/^default-src 'none'/)
      expect(findingsOf(headerOf(answer)), name).toEqual([])
      expect(answer.headers.get('x-content-type-options'), name).toBe('nosniff')
      const isScript = answer.headers.get('content-type')?.includes('javascript') ?? false
      expect(isScript, name).toBe(name === 'script')
    }
  })

  it('lets the pages that take the place of the console load nothing', async () => {
    const client = await open({}, false)
    for (const path of ['/console/', '/verify-email', '/reset-password']) {
      const page = await client.send(path)
      expect(page.headers.get('content-type')).toContain('text/html')
      expect(findingsOf(headerOf(page)), path).toEqual([])
    }
  })

  it('lets the pages of development run what has the nonce, and scripts of Apollo’s', async () => {
    const client = await open({ NODE_ENV: 'development' })
    expect(findingsOf(headerOf(await client.send('/dev/mail')))).toEqual([])
    const page = await client.send('/graphql', { headers: { accept: 'text/html', 'sec-fetch-site': 'none' } })
    const [header, meta] = [headerOf(page), metaOf(page.text)]
    // By itself, the header would allow what the page's own policy refuses: each page has another nonce.
    expect(findingsOf(header)).toContain("SCRIPT_UNSAFE_INLINE of script-src 'unsafe-inline'")
    // Sandbox is made at Apollo and comes from there; in production there is no such page.
    expect(findingsOfAll([header, meta])).toEqual([
      'SCRIPT_ALLOWLIST_BYPASS of script-src https://embeddable-sandbox.cdn.apollographql.com',
    ])
  })

  it('lets the page of npm run access -- --html run what it carries, and load nothing', () => {
    expect(findingsOf(metaOf(renderPage([], null)))).toEqual([])
  })
})
