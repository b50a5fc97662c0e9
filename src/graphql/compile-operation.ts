import {
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql'
import { isPromise } from '../directives/execution.ts'
import { type Operation, selectedFields, selectionSetsOf, type Variables } from '../directives/operation.ts'
import { isStandIn } from '../directives/withhold-selections.ts'
import { createReaders, type Readers } from './readers.ts'
import {
  addError,
  attempt,
  type Complete,
  countFields,
  fail,
  fieldPath,
  type Path,
  type Run,
  type RunRequest,
  refuseField,
  settle,
  type VariableValues,
} from './run.ts'
import { createFields, type Field, type Fields, plainKindOf } from './selected-fields.ts'

type Incomplete = Omit<Field, 'complete'>

export interface CompiledOperation {
  run(request: RunRequest): ExecutionResult | Promise<ExecutionResult>
}

interface Selection {
  /** Throws where a condition is null: only to be asked once there is an object. */
  fieldsOf(type: GraphQLObjectType): Fields
  /** Those that were asked for. */
  known: ReadonlyMap<GraphQLObjectType, Fields>
}

/** How many sets of conditions are remembered of an operation that skips or includes by variables. */
const rememberedConditions = 8

/**
 * Makes an operation ready to run: what graphql-js finds out anew for each object (which fields are selected, what
 * defines them, how their values are completed) is found out once. Runs as graphql-js does otherwise, to the same
 * response. Nothing that a client sends is ever run as code: see {@link createPlainReader} for the one text that is.
 *
 * @param schema - whose resolvers run
 * @param shown - the schema that resolvers are handed: the guarded one
 * @param operation - of a document that was validated; no subscription
 * @param readers - kept for all operations
 * @param onGrowth - told how many fields are ready by now, over all sets of conditions: a fragment's fields are as many
 * as there are positions in the response where it is spread
 * @see The GraphQL specification of October 2021, section 6
 */
export function compileOperation(
  schema: GraphQLSchema,
  shown: GraphQLSchema,
  operation: Operation,
  readers: Readers = createReaders(),
  onGrowth: (fields: number) => void = () => {},
): CompiledOperation {
  const rootType = schema.getRootType(operation.node.operation)
  if (!rootType) throw new TypeError(`the schema has no ${operation.node.operation} type`)
  const isMutation = operation.node.operation === 'mutation'
  const fragments: { [name: string]: FragmentDefinitionNode } = Object.create(null)
  for (const [name, fragment] of operation.fragments) fragments[name] = fragment
  const conditions = conditionsOf(operation)
  const remembered = new Map<string, Selection>()
  let ready = 0

  const selectionFor = (variables: VariableValues): Selection => {
    const key = conditions.map((name) => String(variables[name])).join()
    let selection = remembered.get(key)
    if (!selection) {
      if (remembered.size >= rememberedConditions) {
        remembered.clear()
        ready = 0
      }
      selection = createSelection([operation.node.selectionSet], variables)
      remembered.set(key, selection)
    }
    return selection
  }

  const createSelection = (sets: readonly SelectionSetNode[], variables: Variables): Selection => {
    const known = new Map<GraphQLObjectType, Fields>()
    return {
      known,
      fieldsOf(type) {
        let fields = known.get(type)
        if (!fields) {
          const selected = selectedFields(schema, operation, variables, type.name, sets)
          const all = Array.from(selected, ([key, nodes]) => compileField(type, key, nodes, variables) ?? []).flat()
          fields = createFields(all)
          known.set(type, fields)
          ready += all.length
          onGrowth(ready)
        }
        return fields
      },
    }
  }

  const compileField = (
    parentType: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
    variables: Variables,
  ): Field | null => {
    const definition = definitionOf(parentType, nodes[0]?.name.value ?? '')
    if (!definition) return null
    const { type } = definition
    const nullable = isNonNullType(type) ? type.ofType : type
    const below = createSelection(selectionSetsOf(nodes), variables)
    const field: Incomplete = {
      key,
      nodes,
      parentType,
      definition,
      // Whatever the value is, arguments that do not fit are an error first.
      resolve: definition.resolve ?? (definition.args.length > 0 ? defaultFieldResolver : null),
      isNullable: nullable === type,
      plain: plainKindOf(nullable),
      isWithheld: nodes.some(isStandIn),
    }
    return { ...field, complete: completion(type, field, below) }
  }

  const definitionOf = (parentType: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined => {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
    if (parentType === schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
    }
    return parentType.getFields()[name]
  }

  const infoFor = (run: Run, { definition, nodes, parentType }: Incomplete, path: Path) => {
    const info: GraphQLResolveInfo = {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path,
      schema: shown,
      fragments,
      rootValue: run.rootValue,
      operation: run.operation,
      variableValues: run.variables,
    }
    return info
  }

  const completion = (type: GraphQLOutputType, field: Incomplete, below: Selection): Complete => {
    if (isNonNullType(type)) {
      const complete = completion(type.ofType, field, below)
      return (run, value, path) => {
        const completed = complete(run, value, path)
        if (completed !== null) return completed
        throw new Error(`Cannot return null for non-nullable field ${field.parentType.name}.${field.definition.name}.`)
      }
    }
    const complete = completionOfPresent(type, field, below)
    return (run, value, path) => {
      if (value instanceof Error) throw value
      return value === null || value === undefined ? null : complete(run, value, path)
    }
  }

  const completionOfPresent = (type: GraphQLOutputType, field: Incomplete, below: Selection): Complete => {
    if (isListType(type)) return completionOfList(type.ofType, field, below)
    if (isLeafType(type)) return (_, value) => serialize(type, value)
    if (isObjectType(type)) return completionOfObject(type, field, below)
    return completionOfAbstract(type as GraphQLAbstractType, field, below)
  }

  const completionOfList = (type: GraphQLOutputType, field: Incomplete, below: Selection): Complete => {
    const complete = completion(type, field, below)
    const isNullable = !isNonNullType(type)
    const itemType = isNullable ? type : type.ofType
    const objectType = isObjectType(itemType) && !itemType.isTypeOf ? itemType : null
    return (run, value, prev) => {
      if (typeof value !== 'object' || typeof (value as Iterable<unknown>)[Symbol.iterator] !== 'function') {
        const coordinate = `${field.parentType.name}.${field.definition.name}`
        throw new GraphQLError(`Expected Iterable, but did not find one for field "${coordinate}".`)
      }
      const fields = objectType && below.known.get(objectType)
      const items: unknown[] = []
      let isPending = false
      let key = 0
      try {
        for (const item of value as Iterable<unknown>) {
          const whole = fields ? readWhole(fields, item) : null
          if (whole !== null && fields) {
            countFields(run, fields.weight)
            items[key++] = whole
            continue
          }
          const path: Path = { prev, key, typename: undefined }
          const completed = attempt(run, field.nodes, isNullable, path, complete, item)
          if (isPromise(completed)) isPending = true
          items[key++] = completed
        }
      } catch (error) {
        // What was begun for the items before is nobody's business any more.
        for (const item of items) if (isPromise(item)) item.then(undefined, () => {})
        throw error
      }
      return isPending ? Promise.all(items) : items
    }
  }

  /** Makes the object of an item that has nothing to be executed, and so no need of a path; null of any other. */
  const readWhole = ({ readable, left }: Fields, item: unknown): Record<string, unknown> | null => {
    if (readable.reader === null || left.length > 0 || typeof item !== 'object' || item === null) return null
    try {
      return item instanceof Error || isPromise(item) ? null : readers.read(readable, item)
    } catch {
      // A proxy: it is asked again, where what it throws is told.
      return null
    }
  }

  const completionOfObject = (type: GraphQLObjectType, field: Incomplete, below: Selection): Complete => {
    const { isTypeOf } = type
    if (!isTypeOf) return (run, value, path) => executeFields(run, below.fieldsOf(type), value, path)
    return (run, value, path) => {
      const proceed = (isOne: boolean) => {
        if (isOne) return executeFields(run, below.fieldsOf(type), value, path)
        throw new GraphQLError(`Expected value of type "${type.name}" but got another.`, { nodes: field.nodes })
      }
      const isOne = isTypeOf(value, run.context, infoFor(run, field, fieldPath(path)))
      return isPromise(isOne) ? isOne.then((settled) => proceed(settled as boolean)) : proceed(isOne)
    }
  }

  const completionOfAbstract = (type: GraphQLAbstractType, field: Incomplete, below: Selection): Complete => {
    const resolveType = type.resolveType ?? defaultTypeResolver
    const ofTypes = new Map(
      schema.getPossibleTypes(type).map((each) => [each.name, completionOfObject(each, field, below)]),
    )
    return (run, value, path) => {
      const proceed = (name: unknown) => {
        const complete = ofTypes.get(name as string)
        if (complete) return complete(run, value, path)
        const coordinate = `${field.parentType.name}.${field.definition.name}`
        throw new GraphQLError(
          `Abstract type "${type.name}" must resolve to one of its Object types at runtime for field "${coordinate}".`,
          { nodes: field.nodes },
        )
      }
      const name = resolveType(value, run.context, infoFor(run, field, fieldPath(path)), type)
      return isPromise(name) ? name.then(proceed) : proceed(name)
    }
  }

  const executeField = (run: Run, field: Field, source: unknown, prev: Path | undefined): unknown => {
    const { definition, nodes, key, parentType, resolve } = field
    if (definition === TypeNameMetaFieldDef) return parentType.name
    let path: Path | null = null
    try {
      let result: unknown
      if (resolve) {
        path = { prev, key, typename: parentType.name }
        const args = getArgumentValues(definition, nodes[0] as FieldNode, run.variables)
        result = resolve(source, args, run.context, infoFor(run, field, path))
      } else {
        // As graphql-js's default resolver does.
        const isReadable = (typeof source === 'object' && source !== null) || typeof source === 'function'
        const object = source as Record<string, unknown>
        result = isReadable ? object[definition.name] : undefined
        if (typeof result === field.plain) return result
        if (typeof result === 'function') {
          path = { prev, key, typename: parentType.name }
          result = (object[definition.name] as typeof result)({}, run.context, infoFor(run, field, path))
        }
      }
      if (typeof result === field.plain) return result
      if (field.isNullable && (result === null || result === undefined)) return null
      path ??= { prev, key, typename: parentType.name }
      return attempt(run, nodes, field.isNullable, path, field.complete, result)
    } catch (error) {
      return fail(run, error, nodes, field.isNullable, path ?? { prev, key, typename: parentType.name })
    }
  }

  const executeFields = (run: Run, fields: Fields, source: unknown, path: Path | undefined): unknown => {
    countFields(run, fields.weight)
    const plain = readers.read(fields.readable, source)
    const results: Record<string, unknown> = plain ?? (fields.isOdd ? Object.create(null) : {})
    let pending: string[] | null = null
    try {
      for (const field of plain === null ? fields.all : fields.left) {
        if (field.isWithheld) {
          results[field.key] = null
          continue
        }
        const value = executeField(run, field, source, path)
        results[field.key] = value
        if (isPromise(value)) {
          pending ??= []
          pending.push(field.key)
        }
      }
    } catch (error) {
      if (pending === null) throw error
      // Those that are under way may fail too, and somebody has to wait for them.
      return settle(results, pending).finally(() => {
        throw error
      })
    }
    return pending === null ? results : settle(results, pending)
  }

  /** One after the other: the GraphQL specification, section 6.2.2. */
  const executeSerially = (run: Run, { all, isOdd }: Fields): unknown => {
    const results: Record<string, unknown> = isOdd ? Object.create(null) : {}
    const executeFrom = (index: number): unknown => {
      const field = all[index]
      if (!field) return results
      const proceed = (value: unknown) => {
        results[field.key] = value
        return executeFrom(index + 1)
      }
      // What was done is told: an answer that is too large takes nothing from the fields beside its own.
      const refuse = (cause: unknown) => {
        if (!field.isNullable) throw cause
        return refuseField(run, cause, field.nodes, {
          prev: undefined,
          key: field.key,
          typename: field.parentType.name,
        })
      }
      let value: unknown
      try {
        value = executeField(run, field, run.rootValue, undefined)
      } catch (cause) {
        value = refuse(cause)
      }
      return isPromise(value) ? value.then(undefined, refuse).then(proceed) : proceed(value)
    }
    return executeFrom(0)
  }

  return {
    run(request) {
      const run: Run = { ...request, errors: null, fields: 0 }
      const respond = (data: unknown) =>
        (run.errors === null ? { data } : { errors: run.errors.all, data }) as ExecutionResult
      const failWhole = (error: GraphQLError) => {
        addError(run, error, undefined)
        return respond(null)
      }
      try {
        const fields = selectionFor(run.variables).fieldsOf(rootType)
        const data = isMutation ? executeSerially(run, fields) : executeFields(run, fields, run.rootValue, undefined)
        return isPromise(data) ? data.then(respond, failWhole) : respond(data)
      } catch (error) {
        return failWhole(error as GraphQLError)
      }
    },
  }
}

function serialize(type: GraphQLLeafType, value: unknown): unknown {
  const serialized = type.serialize(value)
  if (serialized !== null && serialized !== undefined) return serialized
  throw new Error(`Expected ${type.name}.serialize() to return a non-nullable value, returned: ${String(serialized)}`)
}

const deciding = [GraphQLSkipDirective.name, GraphQLIncludeDirective.name]

/** The variables that decide what is skipped or included. */
function conditionsOf({ node, fragments }: Operation): string[] {
  const names = new Set<string>()
  for (const definition of [node, ...fragments.values()]) {
    visit(definition, {
      Directive(directive) {
        if (!deciding.includes(directive.name.value)) return
        visit(directive, { Variable: ({ name }) => void names.add(name.value) })
      },
    })
  }
  return [...names]
}
