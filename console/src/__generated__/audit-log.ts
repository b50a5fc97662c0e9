/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@apollo/client';
/** What an audit event records. */
export type AuditAction =
  /** Access was granted, or its level changed. */
  | 'ACCESS_GRANTED'
  /** Access was taken back. */
  | 'ACCESS_WITHDRAWN'
  /** An account was deleted, with all that was its user's alone. */
  | 'ACCOUNT_DELETED'
  /** A user made an API token. */
  | 'API_TOKEN_CREATED'
  /** A document was made. */
  | 'DOCUMENT_CREATED'
  /** A document was deleted. */
  | 'DOCUMENT_DELETED'
  /** A document was published. */
  | 'DOCUMENT_PUBLISHED'
  /** A document was changed. */
  | 'DOCUMENT_UPDATED'
  /** A user changed the address of their account, and proved that the new one is theirs. */
  | 'EMAIL_CHANGED'
  /** A user asked to change the address of their account. */
  | 'EMAIL_CHANGE_REQUESTED'
  /** A user proved that the address of their account is theirs. */
  | 'EMAIL_VERIFIED'
  /** Somebody tried to sign in and did not prove who they are. */
  | 'LOGIN_FAILED'
  /** Somebody signed in. */
  | 'LOGIN_SUCCEEDED'
  /** Somebody signed out. */
  | 'LOGOUT'
  /** A user registered a passkey. */
  | 'PASSKEY_REGISTERED'
  /** A user removed a passkey. */
  | 'PASSKEY_REMOVED'
  /** A password was changed. */
  | 'PASSWORD_CHANGED'
  /** Somebody tried to change a password without knowing it. */
  | 'PASSWORD_CHANGE_FAILED'
  /** A user set a new password by a link that was mailed to them. */
  | 'PASSWORD_RESET'
  /** An administrator had all that is kept of a user written out. */
  | 'PERSONAL_DATA_EXPORTED'
  /** A user changed their name. */
  | 'PROFILE_UPDATED'
  /** An account at a login provider became a way to sign in. */
  | 'PROVIDER_LINKED'
  /** A user took a login provider from the ways to sign in. */
  | 'PROVIDER_UNLINKED'
  /** A signed-in user proved anew who they are. */
  | 'REAUTHENTICATED'
  /** A signed-in user tried to prove anew who they are, and did not. */
  | 'REAUTHENTICATION_FAILED'
  /** A user had recovery codes made anew: the ones before count no more. */
  | 'RECOVERY_CODES_REGENERATED'
  /** A user gave a recovery code, which is used up. */
  | 'RECOVERY_CODE_USED'
  /** A role was assigned. */
  | 'ROLE_ASSIGNED'
  /** A role was withdrawn. */
  | 'ROLE_WITHDRAWN'
  /** Somebody who has a second factor proved the first one, and is to give the second. */
  | 'SECOND_FACTOR_REQUIRED'
  /** An administrator took a user's second factor away, so that they can set up another. */
  | 'SECOND_FACTOR_RESET'
  /** A session was ended by its user, by an administrator, or because the user had too many. */
  | 'SESSION_REVOKED'
  /** A signing key was retired: what it signed is good for nothing any more. */
  | 'SIGNING_KEY_RETIRED'
  /** A new key signs tokens from now on; after an emergency all older ones were retired. */
  | 'SIGNING_KEY_ROTATED'
  /** A user set up an app that makes time-based codes, as the second factor. */
  | 'TOTP_ENROLLED'
  /** A user removed such an app, and the recovery codes with it. */
  | 'TOTP_REMOVED'
  /** An account was made. */
  | 'USER_REGISTERED'
  /** A suspended account was reinstated. */
  | 'USER_REINSTATED'
  /** An account was suspended: it cannot sign in, and its sessions ended. */
  | 'USER_SUSPENDED';

/** Which events to list. Fields given together must all hold. */
export type AuditFilter = {
  /** Only events of these kinds. */
  actions?: Array<AuditAction> | null | undefined;
  /** Only what this user did. */
  actorId?: string | null | undefined;
  /** Only events at or after this instant. */
  from?: string | null | undefined;
  /** Only what was done to this object. */
  subjectId?: string | null | undefined;
  /** Only events before this instant. */
  until?: string | null | undefined;
};

export type AuditLogQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: AuditFilter | null | undefined;
}>;


export type AuditLogQuery = { auditEvents: { totalCount: number, edges: Array<{ node: { id: string, action: AuditAction, actorId: string | null, subjectId: string | null, subjectType: string | null, detail: string | null, ipAddress: string | null, userAgent: string | null, occurredAt: string, actor: { id: string, name: string } | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };


export const AuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"actorId"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"subjectType"}},{"kind":"Field","name":{"kind":"Name","value":"detail"}},{"kind":"Field","name":{"kind":"Name","value":"ipAddress"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;