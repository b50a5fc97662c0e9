import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { defaultFieldResolver, defaultTypeResolver, type GraphQLSchema, isAbstractType } from 'graphql'
import { compile, type Policy, possibleTypes } from './compile.ts'
import { describeField, type Enforcement, type GuardedField, guardResolver, guardSubscribe } from './enforce.ts'
import { createExecutions, type Executions, type Identification } from './execution.ts'
import { describeFault, type PolicyFault, SchemaPolicyError } from './fault.ts'
import { guardedInputs, markDefaults } from './input.ts'
import { nullBlasts } from './null-blast.ts'
import type { OnDecisions } from './operation-decisions.ts'
import type { AccessFunction, PolicyFunction } from './party.ts'
import { seal } from './seal.ts'

/** What the layer asks of its host. */
export interface AuthorizationOptions<Context> {
  /** Who is behind the request; null for nobody. Asked once an execution. */
  viewer: Identification<Context>['viewer']
  /** Decides on access control lists, in batches. */
  access?: AccessFunction
  /** Whom a `@signsIn` field made the viewer; asked right after its resolver. */
  established?: Identification<Context>['established']
  /** The functions that `policy` names. */
  policies?: Readonly<Record<string, PolicyFunction>>
  /** Milliseconds since the epoch; `Date.now` unless told. */
  now?: () => number
  /**
   * Told what was decided of each operation that came to its end or was refused, and of each denial of an event; without
   * the plugin, of each denial alone. It should not throw. Left out, it costs nothing.
   */
  onDecisions?: OnDecisions | undefined
  /** Told, once, of guarded positions whose denial makes null more than themselves. Console unless told. */
  onWarning?: (faults: readonly PolicyFault[]) => void
  /** Told why a decision came to an error. Clients never are. Console unless told. */
  onError?: (cause: unknown, coordinate: string) => void
}

/**
 * Gives a copy of an executable schema in which every rule of its SDL is enforced on its resolvers, whichever way an
 * operation takes. Does not guard values that resolvers put elsewhere: into error messages, logs or other fields.
 *
 * @throws SchemaPolicyError with every fault, when a rule could not be enforced as it stands
 */
export function authorizeSchema<Context>(schema: GraphQLSchema, options: AuthorizationOptions<Context>): GraphQLSchema {
  const {
    policies = {},
    access,
    established,
    now = Date.now,
    onError: tell = reportError,
    onDecisions,
    onWarning = reportWarnings,
  } = options
  // Who is told may fail; what was decided stands, and whoever waits for it is answered.
  const onError = (cause: unknown, coordinate: string) => {
    try {
      tell(cause, coordinate)
    } catch (failure) {
      reportError(cause, coordinate)
      reportError(failure, 'options.onError')
    }
  }
  const { policy, faults } = compile(schema, { access: access !== undefined, policies: Object.keys(policies) })
  faults.push(...faultsOfOptions(policy, options))
  if (faults.length > 0) throw new SchemaPolicyError(faults)
  const blasts = nullBlasts(schema, policy)
  if (blasts.length > 0) onWarning(blasts)

  const executions = createExecutions<Context>(
    policy.grants,
    { viewer: options.viewer, established, now },
    { access, policies, onError },
    onDecisions,
  )
  const enforcement: Enforcement = {
    policy,
    onError,
    executions: executions as Executions,
  }
  const inputs = guardedInputs(schema, policy.requirements)
  const fields = new Map<string, GuardedField>()
  const guarded = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const field = describeField(schema, typeName, fieldName, config, policy, inputs)
      fields.set(field.coordinate, field)
      const resolve = guardResolver(field, config.resolve ?? defaultFieldResolver, enforcement)
      if (resolve === null) return config
      const isSubscription = schema.getSubscriptionType()?.name === typeName
      const subscribe = isSubscription
        ? guardSubscribe(field, config.subscribe ?? defaultFieldResolver, enforcement)
        : config.subscribe
      return { ...config, resolve, subscribe }
    },
  })
  markDefaults(guarded, policy.requirements)
  fixTypeResolvers(guarded, policy, executions as Executions)
  return seal(guarded, { policy, unguarded: schema, fields, executions: executions as Executions, onDecisions })
}

/**
 * Has the executor take a guarded object for what the guards took it for: whatever `typeResolver` it is given, and also
 * where `resolveType` would answer otherwise when it is asked again.
 */
function fixTypeResolvers(schema: GraphQLSchema, { requirements }: Policy, executions: Executions): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type) || !possibleTypes(schema, type).some((name) => requirements.has(name))) continue
    const resolveType = type.resolveType ?? defaultTypeResolver
    type.resolveType = (value, context, info, asked) => {
      const types = executions.of(context, info).typesAt(info)
      const known = types.get(value)
      if (known !== undefined) return known
      const name = resolveType(value, context, info, asked)
      types.set(value, name)
      return name
    }
  }
}

function* faultsOfOptions<Context>(
  policy: Policy,
  { established }: AuthorizationOptions<Context>,
): Generator<PolicyFault> {
  if (established) return
  for (const coordinate of policy.signsIn) {
    yield { coordinate, message: '@signsIn: needs options.established, and there is none', location: null }
  }
}

function reportError(cause: unknown, coordinate: string) {
  console.error(`authorization: ${coordinate}:`, cause)
}

function reportWarnings(faults: readonly PolicyFault[]) {
  for (const fault of faults) console.warn(`authorization: ${describeFault(fault)}`)
}
