import { readFileSync } from 'node:fs'
import { parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createClient, type Json } from '../support/client.ts'
import { fillIn, readSandboxSteps, type SandboxRequest, withoutIds } from '../support/sandbox.ts'
import { startServer } from '../support/server.ts'

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const steps = readSandboxSteps()

/** A browser at the server's own page, with the frame of Sandbox on it. */
async function openPage() {
  const { url } = await startServer({ env: { NODE_ENV: 'development' } })
  const client = createClient(url)
  let id = ''
  return async (request: SandboxRequest) => {
    const answer = await client.send<Json>('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
      body: JSON.stringify(fillIn(request, id)),
    })
    const { createDocument } = (answer.body.data ?? {}) as { createDocument?: { id: string } }
    if (createDocument) id = createDocument.id
    return answer.body
  }
}

describe('the operations of docs/sandbox.md', () => {
  it('give in order, as Sandbox posts them, the answers that are shown', async () => {
    expect(steps).toHaveLength(8)
    const post = await openPage()
    for (const { request, shown } of steps)
      expect(withoutIds(await post(request)), request.operationName).toEqual(shown)
  })

  it('give the same by the whole of docs/sandbox.graphql, with the name of the one that is meant', async () => {
    const whole = read('sandbox.graphql')
    const post = await openPage()
    for (const { request, shown } of steps) {
      const { data } = withoutIds(await post({ ...request, query: whole })) as Json
      expect(data, request.operationName).toEqual((shown as Json).data)
    }
  })

  it('are those of docs/sandbox.graphql', () => {
    expect(print(parse(read('sandbox.graphql')))).toBe(
      print(parse(steps.map(({ request }) => request.query).join('\n'))),
    )
  })

  it('are those of the collection', async () => {
    const collection = {
      info: {
        name: 'Gatehouse',
        schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
      },
      item: steps.map(({ request: { query, variables, operationName } }) => ({
        name: operationName,
        request: {
          method: 'POST',
          url: 'http://localhost:4000/graphql',
          header: [{ key: 'Content-Type', value: 'application/json' }],
          body: { mode: 'graphql', graphql: { query, variables: JSON.stringify(variables), operationName } },
        },
      })),
    }
    await expect(`${JSON.stringify(collection, null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/sandbox.postman_collection.json',
    )
  })
})
