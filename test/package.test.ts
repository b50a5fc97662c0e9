import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createFolder } from './support/server.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

const program = `
import { buildSchema, graphql } from 'graphql'
import { authorizeSchema, directiveTypeDefs } from 'gatehouse/directives'
const roles = 'enum Role { ADMIN @grants(permissions: [ALL]) } enum Permission { ALL }'
const sdl = directiveTypeDefs + roles + ' type Query { open: Int @public secret: Int @hasRole(role: ADMIN) }'
const schema = authorizeSchema(buildSchema(sdl), { viewer: () => null })
const result = await graphql({ schema, source: '{ open secret }', rootValue: { open: 1, secret: 2 } })
console.log(JSON.stringify([result.data, result.errors?.map(({ path, extensions }) => [path, extensions.code])]))
`

describe('the package', () => {
  it('brings the authorization layer to a project of somebody else’s, compiled, with its types', {
    timeout: 120_000,
  }, async () => {
    const folder = createFolder()
    await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
    const [archive = ''] = readdirSync(folder)
    const modules = join(folder, 'node_modules')
    mkdirSync(join(modules, 'gatehouse'), { recursive: true })
    await run('tar', ['-xzf', join(folder, archive), '--strip-components=1', '-C', join(modules, 'gatehouse')])
    for (const name of ['graphql', '@graphql-tools', 'tslib'])
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    writeFileSync(join(folder, 'program.mjs'), program)

    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder })
    expect(JSON.parse(stdout)).toEqual([{ open: 1, secret: null }, [[['secret'], 'UNAUTHENTICATED']]])
    const files = readdirSync(join(modules, 'gatehouse'), { recursive: true }).map(String)
    expect(files).toEqual(
      expect.arrayContaining(['dist/directives/index.js', 'dist/directives/index.d.ts', 'dist/testing/index.js']),
    )
    expect(files.filter((file) => file.startsWith('src'))).toEqual([])
  })
})
