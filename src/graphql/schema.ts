import { readdirSync, readFileSync } from 'node:fs'
import { addResolversToSchema } from '@graphql-tools/schema'
import { MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  buildASTSchema,
  concatAST,
  type DocumentNode,
  GraphQLScalarType,
  type GraphQLSchema,
  isSpecifiedScalarType,
  parse,
  Source,
} from 'graphql'
import { decideAccess } from '../access/decide-access.ts'
import { type AuthorizationOptions, authorizeSchema, type PolicyFault } from '../directives/index.ts'
import type { Application, Context } from './context.ts'
import { accessSubject, parseLevel } from './document-visibility.ts'
import { resolvers } from './resolvers/index.ts'
import { type ScalarCoding, scalars } from './resolvers/scalars.ts'
import { type OnSignIn, tellOutcome } from './sign-in-outcomes.ts'

const directory = new URL('../../schema/', import.meta.url)

export interface SchemaOptions {
  application: Application
  /** Told why a rule could not be decided, and where; clients never are. */
  onError(cause: unknown, coordinate: string): void
  /** Told what was decided of operations, where somebody counts it. */
  onDecisions?: AuthorizationOptions<Context>['onDecisions']
  /** Told what became of attempts to sign in, where somebody counts it. */
  onSignIn?: OnSignIn | undefined
  /** Told of positions whose denial makes null more than themselves. */
  onWarning?(faults: readonly PolicyFault[]): void
}

/**
 * Makes the schema that requests run on: the SDL of `schema/` with its resolvers, and every rule in it enforced.
 *
 * @throws SchemaPolicyError with every fault, when a rule could not be enforced as it stands
 */
export function createSchema({
  application,
  onError,
  onDecisions,
  onSignIn,
  onWarning = () => {},
}: SchemaOptions): GraphQLSchema {
  const { identity, documents } = application
  const schema: GraphQLSchema = authorizeSchema<Context>(createExecutableSchema(onSignIn), {
    // Whoever waits for events is found out anew for each of them.
    viewer: (context) => (context.live ? context.live.find() : context.viewer),
    established: (context) => context.established,
    access: (viewer, { resource, level, ids }) =>
      decideAccess(documents.documents, accessSubject(schema, viewer), { resource, level: parseLevel(level), ids }),
    now: () => identity.clock.now().getTime(),
    onError,
    onDecisions,
    onWarning,
  })
  return schema
}

/** The schema before its rules are enforced: for tools that read it, never to run requests on. */
export function createExecutableSchema(onSignIn?: OnSignIn): GraphQLSchema {
  const schema = addResolversToSchema({
    // Built at once from one document: merging tools drop a directive that is repeated.
    schema: addScalars(buildASTSchema(readSchemaDocument())),
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error', requireResolversForResolveType: 'error' },
  })
  return onSignIn ? tellSignIns(schema, onSignIn) : schema
}

/** Has the outcomes told of every field that checks a credential. */
function tellSignIns(schema: GraphQLSchema, onSignIn: OnSignIn): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.MUTATION_ROOT_FIELD]: (field, name) => {
      const isCeremony = field.astNode?.directives?.some((directive) => directive.name.value === 'checksCredential')
      return isCeremony && field.resolve ? { ...field, resolve: tellOutcome(name, field.resolve, onSignIn) } : field
    },
  })
}

/** Unlike resolvers for scalars, this leaves them their descriptions. */
function addScalars(schema: GraphQLSchema): GraphQLSchema {
  const codings = new Map<string, ScalarCoding<unknown>>(Object.entries(scalars))
  return mapSchema(schema, {
    [MapperKind.SCALAR_TYPE]: (type) => {
      if (isSpecifiedScalarType(type)) return type
      const coding = codings.get(type.name)
      if (!coding) throw new TypeError(`scalar ${type.name} has no coding`)
      return new GraphQLScalarType({ ...type.toConfig(), ...coding })
    },
  })
}

/** The SDL of every file in `schema/`; each node knows its file and line. */
export function readSchemaDocument(): DocumentNode {
  const files = readdirSync(directory).filter((name) => name.endsWith('.graphql'))
  return concatAST(
    files.sort().map((name) => parse(new Source(readFileSync(new URL(name, directory), 'utf8'), `schema/${name}`))),
  )
}
