import type { GraphQLSchema } from 'graphql'
import { decideAccess } from '../access/decide-access.ts'
import { type Context, requireViewer } from './context.ts'
import { accessSubject } from './document-visibility.ts'

/**
 * Asks of a document that is not there what the rules ask of one that is, and makes nothing of the answer: a refusal
 * takes the database as long as for a document of somebody else's, so that its time tells nobody which ids there are.
 */
export async function concealAbsence(context: Context, schema: GraphQLSchema, id: string): Promise<void> {
  const subject = accessSubject(schema, requireViewer(context))
  const { documents } = context.application.documents
  await decideAccess(documents, subject, { resource: 'Document', level: 'READ', ids: [id] })
}
