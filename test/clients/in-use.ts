import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Page } from '../../examples/clients/fetch.ts'
import { demoPassword } from '../../src/demo.ts'
import { CreateDocumentDocument, UpdateDocumentDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { startServer } from '../support/server.ts'
import { beBrowser } from './browser.ts'

/** What the pieces of code in docs/clients.md take for granted: a page of a frontend, and a person who signs in at it. */
export async function openPage() {
  const frontend = 'http://localhost:5173'
  const { url } = await startServer({ env: { ALLOWED_ORIGINS: frontend } })
  beBrowser(frontend)
  const shown: { problem?: string; wait?: number; documents?: unknown; document?: unknown; withheld?: string[] } = {}
  const page: Page = { showSignIn: () => {}, askForProof: async () => null }
  const form = {
    email: 'member@example.com',
    password: demoPassword,
    showProblem(problem: string, wait: number) {
      Object.assign(shown, { problem, wait })
    },
  }
  const showDocuments = (documents: unknown, withheld: string[]) => void Object.assign(shown, { documents, withheld })
  return { url, endpoint: `${url}/graphql`, page, form, showDocuments, shown }
}

/** The same, where the page shows a document of the person's that another of their browsers changes. */
export async function openDocumentPage() {
  const opened = await openPage()
  const { url, form, shown } = opened
  const showDocument = (document: unknown, withheld: string[]) => void Object.assign(shown, { document, withheld })
  const elsewhere = createClient(url)
  await elsewhere.login(form.email)
  const made = dataOf(await elsewhere.execute(CreateDocumentDocument, { title: 'Plan', body: '' })).createDocument
  const id = made?.id ?? ''
  const change = () => elsewhere.execute(UpdateDocumentDocument, { id, title: 'Changed' })
  return { ...opened, id, change, showDocument }
}

/** Changes the document until the page shows it, and nothing of it that is withheld. */
export async function expectFollowed({
  change,
  shown,
}: Pick<Awaited<ReturnType<typeof openDocumentPage>>, 'change' | 'shown'>) {
  for (let tries = 0; tries < 100 && !shown.document; tries++) {
    await change()
    await sleep(100)
  }
  expect(shown).toMatchObject({ document: { documentChanged: { title: 'Changed' } }, withheld: [] })
}

/** What is shown to a member: a title and whose it is, but not at what address they are. */
export function expectShown({ documents, withheld, ...form }: Awaited<ReturnType<typeof openPage>>['shown']): void {
  expect(documents).toMatchObject({ documents: { edges: [{ node: { title: 'Release notes' } }, {}] } })
  expect(withheld).toEqual(['documents.edges.0.node.owner.email', 'documents.edges.1.node.owner.email'])
  expect(form).toEqual({})
}
