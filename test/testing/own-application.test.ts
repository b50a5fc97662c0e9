import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Viewer } from '../../src/directives/index.ts'
import { documentChannel, printDocumentChange } from '../../src/documents/document-changes.ts'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { type ApplicationOptions, createApplicationCheck, describeAccess } from '../../src/testing/index.ts'
import { createExecutor, openApplication, type Person, type TestApplication } from '../graphql/application.ts'

const people: readonly Person[] = ['admin', 'editor', 'member', 'stranger']
const roles: Record<Person, string> = { admin: 'ADMIN', editor: 'EDITOR', member: 'MEMBER', stranger: 'MEMBER' }
const signedIn = (person: Person): Viewer => ({ id: person, roles: [roles[person]], authenticatedAt: new Date() })

let opened: TestApplication
let execute: ReturnType<typeof createExecutor>['execute']
let firstAnswer: ReturnType<typeof createExecutor>['firstAnswer']
const tokens = new Map<string, string>()
let documentId: string

beforeAll(async () => {
  opened = await openApplication()
  const executor = createExecutor(opened)
  execute = executor.execute
  firstAnswer = executor.firstAnswer
  for (const person of people) tokens.set(person, await executor.signIn(opened.people[person]))
  const { data } = await execute<{ createDocument: { id: string } }, never>(
    'mutation { createDocument(title: "Minutes", body: "We met.") { id } }',
    {},
    { as: 'member' },
  )
  documentId = data?.createDocument.id ?? ''
})
afterAll(() => opened.close())

const options: ApplicationOptions = {
  viewers: { anonymous: null, ...Object.fromEntries(people.map((person) => [person, signedIn(person)])) },
  execute({ query, variables, viewer }) {
    const token = tokens.get(viewer)
    return execute(query, variables, token ? { token } : {})
  },
  subscribe({ query, variables, viewer }) {
    const token = tokens.get(viewer)
    const change = printDocumentChange({ id: documentId, kind: 'changed' })
    return firstAnswer(query, variables, token ? { token } : {}, () =>
      opened.notifications.publish(documentChannel, change),
    )
  },
  args: {
    'Subscription.documentChanged(id:)': () => documentId,
    'Query.document(id:)': () => documentId,
    'Query.node(id:)': () => documentId,
    'Query.user(id:)': () => opened.people.member.id,
    'Mutation.updateDocument(id:)': () => documentId,
  },
  expected: {
    'Document.title': { anonymous: 'deny', admin: 'allow', editor: 'allow', member: 'allow', stranger: 'deny' },
    'Subscription.documentChanged': {
      anonymous: 'deny',
      admin: 'allow',
      editor: 'allow',
      member: 'allow',
      stranger: 'deny',
    },
    'Document.grants': { anonymous: 'deny', admin: 'allow', editor: 'deny', member: 'allow', stranger: 'deny' },
    'Session.ipAddress': { anonymous: 'deny', admin: 'allow', member: 'allow' },
    'User.suspended': { anonymous: 'deny', admin: 'allow', editor: 'deny', member: 'deny' },
    'AuditEvent.action': { anonymous: 'deny', admin: 'allow', editor: 'deny', member: 'deny' },
    'Query.users': { anonymous: 'deny', admin: 'allow', editor: 'deny', member: 'deny' },
  },
  ways: 12,
}

describe('this application', () => {
  describeAccess(createExecutableSchema(), options)

  it('is left as it was', async () => {
    const { data } = await execute<unknown, never>(
      `{ document(id: "${documentId}") { title version } }`,
      {},
      { as: 'member' },
    )
    expect(data).toEqual({ document: { title: 'Minutes', version: 1 } })
  })
})

describe('createApplicationCheck()', () => {
  const check = (faulty: Partial<ApplicationOptions>, coordinate: string) =>
    createApplicationCheck(createExecutableSchema(), { ...options, ...faulty }).check(coordinate)

  it('sees a value that the rules deny whatever the data', async () => {
    const { findings } = await check(
      { execute: (run) => options.execute({ ...run, viewer: 'admin' }) },
      'User.suspended',
    )
    const problems = findings.map(({ problem }) => problem)
    expect(problems).toContainEqual(expect.stringMatching(/suspended is there, and its rules deny it/))
  })

  it('sees an object whose type the rules deny whatever the data', async () => {
    const { findings } = await check({ execute: (run) => options.execute({ ...run, viewer: 'admin' }) }, 'AuditEvent')
    expect(findings.map(({ problem }) => problem)).toContainEqual(expect.stringMatching(/is there, and/))
  })

  it('sees a denial of what the rules allow whatever the data, and one with the wrong code', async () => {
    const asNobody = await check({ execute: (run) => options.execute({ ...run, viewer: 'nobody' }) }, 'Query.users')
    const problems = asNobody.findings.map(({ problem }) => problem)
    expect(problems).toContain('users says UNAUTHENTICATED, and its rules allow it whatever the data')
    expect(problems).toContain('users says UNAUTHENTICATED, not FORBIDDEN')
  })

  it('sees that what is expected of the data is not so', async () => {
    const { findings } = await check(
      { expected: { 'Document.title': { member: 'deny', stranger: 'allow' } } },
      'Document.title',
    )
    expect(findings.map(({ problem }) => problem)).toEqual([
      'member sees a value, and should see none',
      'stranger sees no value',
    ])
  })

  it('runs subscriptions where it is told how, and sees an event that the rules deny', async () => {
    const { subscribe, ...without } = options
    expect(
      await createApplicationCheck(createExecutableSchema(), without).check('Subscription.documentChanged'),
    ).toEqual(expect.objectContaining({ runs: 0 }))
    const asAdmin: ApplicationOptions['subscribe'] = (run) =>
      options.subscribe?.({ ...run, viewer: 'admin' }) ?? Promise.reject(new Error('There should be a way'))
    const { runs, findings } = await check({ subscribe: asAdmin }, 'Subscription.documentChanged')
    expect(runs).toBeGreaterThan(4)
    expect(findings.map(({ problem }) => problem)).toContain(
      'documentChanged is there, and its rules deny it whatever the data',
    )
  })

  it('runs mutations only as those whom their rules deny whatever the data', async () => {
    const asked: string[] = []
    const execute: ApplicationOptions['execute'] = (run) => {
      if (run.query.startsWith('mutation')) asked.push(run.viewer)
      return options.execute(run)
    }
    await check({ execute }, 'Mutation.createDocument')
    expect(new Set(asked)).toEqual(new Set(['anonymous']))
  })
})
