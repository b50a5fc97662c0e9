import { CreateApiTokenDocument, type Permission } from './__generated__/operations.ts'
import { type Client, createClient } from './client.ts'
import { dataOf } from './house.ts'

/** A program that knows nothing but its API token. */
export function createProgram(url: string, token: string): Pick<Client, 'execute'> {
  const client = createClient(url)
  return {
    execute: (query, variables, headers) =>
      client.execute(query, variables, { authorization: `Bearer ${token}`, ...headers }),
  }
}

/** Makes an API token of whom the browser is signed in as, with all that they may do unless told otherwise. */
export async function createToken(browser: Client, permissions: Permission[] | null = null) {
  const { createApiToken } = dataOf(await browser.execute(CreateApiTokenDocument, { name: 'Export', permissions }))
  if (!createApiToken) throw new Error('There should be a token')
  return createApiToken
}
