import { expect } from 'vitest'
import type { Page } from '../../examples/clients/fetch.ts'
import { demoPassword } from '../../src/demo.ts'
import { startServer } from '../support/server.ts'
import { beBrowser } from './browser.ts'

/** What the pieces of code in docs/clients.md take for granted: a page of a frontend, and a person who signs in at it. */
export async function openPage() {
  const frontend = 'http://localhost:5173'
  const { url } = await startServer({ env: { ALLOWED_ORIGINS: frontend } })
  beBrowser(frontend)
  const shown: { problem?: string; wait?: number; documents?: unknown; withheld?: string[] } = {}
  const page: Page = { showSignIn: () => {}, askForProof: async () => null }
  const form = {
    email: 'member@example.com',
    password: demoPassword,
    showProblem(problem: string, wait: number) {
      Object.assign(shown, { problem, wait })
    },
  }
  const showDocuments = (documents: unknown, withheld: string[]) => void Object.assign(shown, { documents, withheld })
  return { endpoint: `${url}/graphql`, page, form, showDocuments, shown }
}

/** What is shown to a member: a title and whose it is, but not at what address they are. */
export function expectShown({ documents, withheld, ...form }: Awaited<ReturnType<typeof openPage>>['shown']): void {
  expect(documents).toMatchObject({ documents: { edges: [{ node: { title: 'Release notes' } }, {}] } })
  expect(withheld).toEqual(['documents.edges.0.node.owner.email', 'documents.edges.1.node.owner.email'])
  expect(form).toEqual({})
}
