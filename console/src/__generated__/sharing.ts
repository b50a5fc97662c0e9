/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@apollo/client';
/** How much an access control list allows. Each level includes the ones before it. */
export type AccessLevel =
  /** Share and delete it too. */
  | 'MANAGE'
  /** See the resource. */
  | 'READ'
  /** Change it too. */
  | 'WRITE';

/** Whom to share with: exactly one of the fields. */
export type GranteeInput =
  {   /** Whoever holds this address, whether or not it has an account. */
  email: string; everyone?: never; role?: never; userId?: never; }
  |  { email?: never;   /** Every signed-in user; must be true. */
  everyone: boolean; role?: never; userId?: never; }
  |  { email?: never; everyone?: never;   /** Everyone who holds this role. */
  role: Role; userId?: never; }
  |  { email?: never; everyone?: never; role?: never;   /** A user, by id. */
  userId: string; };

/** What a user is to the organization. Each value says in its `@grants` which permissions it brings and which roles it includes. */
export type Role =
  /** Manages people, roles and all documents, and reads the audit log. */
  | 'ADMIN'
  /** Reads every document and publishes those it may write. */
  | 'EDITOR'
  /** Every account: its own data, its own documents, and what others share with it. */
  | 'MEMBER';

export type ShareDocumentMutationVariables = Exact<{
  id: string;
  with: GranteeInput;
  level: AccessLevel;
}>;


export type ShareDocumentMutation = { shareDocument: { id: string, level: AccessLevel } | null };

export type UnshareDocumentMutationVariables = Exact<{
  id: string;
  with: GranteeInput;
}>;


export type UnshareDocumentMutation = { unshareDocument: boolean | null };


export const ShareDocumentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ShareDocument"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"with"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"GranteeInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"level"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AccessLevel"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"shareDocument"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"with"},"value":{"kind":"Variable","name":{"kind":"Name","value":"with"}}},{"kind":"Argument","name":{"kind":"Name","value":"level"},"value":{"kind":"Variable","name":{"kind":"Name","value":"level"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}}]}}]} as unknown as DocumentNode<ShareDocumentMutation, ShareDocumentMutationVariables>;
export const UnshareDocumentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UnshareDocument"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"with"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"GranteeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"unshareDocument"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"with"},"value":{"kind":"Variable","name":{"kind":"Name","value":"with"}}}]}]}}]} as unknown as DocumentNode<UnshareDocumentMutation, UnshareDocumentMutationVariables>;