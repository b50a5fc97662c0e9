import type { Grantee } from '../access/access-grant.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { Document } from '../documents/document.ts'
import type { User } from '../identity/user.ts'
import type { Connection } from './connection.ts'

// What resolvers are handed for types of the schema that are no object of a domain as it is: codegen.ts maps them.

export type UserConnection = Connection<User>
export type DocumentConnection = Connection<Document>
export type AuditEventConnection = Connection<AuditEvent>

export type Invitee = Extract<Grantee, { kind: 'INVITEE' }>
export type RoleGrantee = Extract<Grantee, { kind: 'ROLE' }>
export type Everyone = Extract<Grantee, { kind: 'EVERYONE' }>

/** Whether it is linked depends on the viewer, and is asked only where somebody wants to know. */
export interface LoginProvider {
  id: string
  name: string
  startPath: string
}
