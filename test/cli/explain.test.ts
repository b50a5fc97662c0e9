import { describe, expect, it } from 'vitest'
import { explain } from '../../src/cli/access/explain.ts'
import { UsageError } from '../../src/cli/usage-error.ts'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { buildTestSchema } from '../directives/harness.ts'

const project = createExecutableSchema()

function run(args: string[], schema = project, colours = false): string {
  const lines: string[] = []
  explain(args, { schema, lock: '', print: (line) => lines.push(line), colours })
  return lines.join('\n')
}

describe('npm run access -- explain', () => {
  it('tells each coordinate, its decision, and every rule with its place in the SDL', () => {
    const output = run(['{ user(id: "1") { email suspended } }', '--as', 'MEMBER'])
    expect(output.split('\n')).toEqual([
      'user  Query.user  ✓ allow',
      expect.stringMatching(/^ {4}✓ @auth {2}Query\.user, schema\/identity\.graphql:\d+$/),
      'user.email  User.email  ? conditional',
      expect.stringMatching(
        /^ {4}\? @allow\(any: \[.*owner: "id".*\]\) {2}User\.email, schema\/identity\.graphql:\d+$/,
      ),
      'user.suspended  User.suspended  ✗ FORBIDDEN',
      expect.stringMatching(
        /^ {4}✗ @hasPermission\(permission: \[USER_READ\]\) {2}User\.suspended, schema\/identity\.graphql:\d+$/,
      ),
    ])
    expect(run(['{ me { id } }', '--as', 'anonymous'])).toContain('✗ UNAUTHENTICATED')
  })

  it('takes variables, and one of several operations', () => {
    const source = 'query A { session { id } } query B($id: ID!) { document(id: $id) { title } }'
    const output = run([source, '--operation', 'B', '--variables', '{ "id": "1" }', '--as', 'EDITOR'])
    expect(output).toMatch(/^document {2}Query\.document {2}✓ allow/)
  })

  it('works with policies that only the running server has', () => {
    const schema = buildTestSchema('type Query { a: Int @allow(any: [{ policy: "mine" }]) }')
    expect(run(['{ a }', '--as', 'MEMBER'], schema)).toContain('a  Query.a  ? conditional')
  })

  it.each([
    ['{ session { id } }', 'anonymous'],
    ['{ me { id } }', 'anybody who is signed in'],
    ['{ documents { totalCount } }', 'anybody who is signed in'],
    ['{ users { totalCount } }', 'ADMIN'],
    ['mutation { publishDocument(id: "1") { id } }', 'EDITOR\nADMIN'],
  ])('tells who may run %s', (source, who) => {
    expect(run([source, '--who'])).toBe(who)
  })

  it('tells which roles it takes together', () => {
    const schema = buildTestSchema(`
      enum Role { A @grants(permissions: [X]) B @grants(permissions: [Y]) } enum Permission { X Y }
      type Query { a: Int @hasRole(role: A) b: Int @hasRole(role: B) }`)
    expect(run(['{ a b }', '--who'], schema)).toBe('A and B')
  })

  it.each([
    [[], /one operation/],
    [['{ me { id } }'], /--as or --who/],
    [['{ me { id } }', '--as', 'MEMBER', '--who'], /--as or --who/],
    [['{ me { id } }', '--as', 'OWNER'], /--as should be anonymous, or some of MEMBER/],
    [['{ me { ', '--who'], /cannot be read/],
    [['{ me { nothing } }', '--who'], /nothing/],
    [['{ me { id } }', '--who', '--variables', '[1]'], /--variables should be a JSON object/],
    [['query A { me { id } }', '--operation', 'B', '--as', 'MEMBER'], /operationName/],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => run(args)).toThrow(UsageError)
    expect(() => run(args)).toThrow(message)
  })

  it('paints decisions for a terminal', () => {
    expect(run(['{ me { id } }', '--as', 'MEMBER'], project, true)).toContain('\u001b[32m✓ allow')
  })
})
