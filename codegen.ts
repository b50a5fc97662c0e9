import { globSync } from 'node:fs'
import { basename } from 'node:path'
import type { CodegenConfig } from '@graphql-codegen/cli'

/** Clients see scalars as JSON carries them. */
const clientScalars = { ID: 'string', DateTime: 'string', EmailAddress: 'string', JSON: 'unknown' }

/** Each file of operations gets a module of its own, so that a page of the console loads no other page's. */
const consoleOperations = Object.fromEntries(
  globSync('console/src/**/*.graphql')
    .sort()
    .map((documents) => [
      `console/src/__generated__/${basename(documents, '.graphql')}.ts`,
      {
        documents,
        plugins: ['typescript-operations', 'typed-document-node'],
        config: { scalars: clientScalars, documentNodeImport: '@apollo/client#TypedDocumentNode' },
      },
    ]),
)

/** Makes the types of the resolvers from the schema, and those of the operations of tests and console; `--check` tells whether they are current. */
const config: CodegenConfig = {
  schema: 'schema/**/*.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    strictScalars: true,
    defaultScalarType: 'unknown',
  },
  generates: {
    'src/graphql/__generated__/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../context.ts#Context',
        scalars: { DateTime: 'Date', EmailAddress: 'string', JSON: 'unknown' },
        // What a resolver is handed is the domain's own object; fields that it has not are resolved.
        mappers: {
          User: '../../identity/user.ts#User as UserModel',
          Authenticator: '../../identity/authenticator.ts#Authenticator as AuthenticatorModel',
          Session: '../../identity/session.ts#Session as SessionModel',
          SecondFactorRequired: '../../identity/identity.ts#SecondFactorRequired as SecondFactorRequiredModel',
          Document: '../../documents/document.ts#Document as DocumentModel',
          AccessGrant: '../../access/access-grant.ts#AccessGrant as AccessGrantModel',
          Invitee: '../models.ts#Invitee as InviteeModel',
          RoleGrantee: '../models.ts#RoleGrantee as RoleGranteeModel',
          Everyone: '../models.ts#Everyone as EveryoneModel',
          AuditEvent: '../../audit/audit-event.ts#AuditEvent as AuditEventModel',
          LoginProvider: '../models.ts#LoginProvider as LoginProviderModel',
          UserConnection: '../models.ts#UserConnection as UserConnectionModel',
          DocumentConnection: '../models.ts#DocumentConnection as DocumentConnectionModel',
          AuditEventConnection: '../models.ts#AuditEventConnection as AuditEventConnectionModel',
        },
      },
    },
    'test/support/__generated__/operations.ts': {
      documents: 'test/support/operations.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        scalars: clientScalars,
        documentNodeImport: 'graphql#TypedQueryDocumentNode',
      },
    },
    ...consoleOperations,
  },
}

export default config
