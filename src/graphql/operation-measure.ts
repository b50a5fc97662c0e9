import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** What a selection set amounts to once its fragments are expanded. */
export interface Measure {
  /** Levels of fields, introspection apart. */
  depth: number
  /** Levels of fields from `__schema` or `__type` on. */
  introspectionDepth: number
  aliases: number
  /** Fields of the outermost level. */
  fields: number
  directives: number
  /** Fields, inline fragments and spreads. */
  selections: number
  /** Fields that the answer has if every list holds {@link itemsOfList}, introspection apart. */
  answered: number
  /** Fields marked `@checksCredential`. */
  credentialChecks: number
}

/** How many objects a list is taken to hold: as many as a page unless told. */
export const itemsOfList = 20

/** Fragments double what they cost from one to the next: sums stop here, long before numbers lose their meaning. */
export const immeasurable = 1_000_000

const nothing: Measure = {
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  fields: 0,
  directives: 0,
  selections: 0,
  answered: 0,
  credentialChecks: 0,
}

type Parent = GraphQLNamedType | null | undefined

/**
 * Gives a function that measures the operations of a document, in time linear in the document: each fragment is
 * measured once. Documents that are not valid can be measured too: what is unknown counts as a field without rules, and
 * a fragment inside itself as nothing.
 */
export function createMeasure(schema: GraphQLSchema, document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const measured = new Map<string, Measure>()

  const measureSelections = ({ selections }: SelectionSetNode, parent: Parent): Measure => {
    let total = nothing
    for (const selection of selections) total = add(total, measureSelection(selection, parent))
    return total
  }

  const measureSelection = (selection: SelectionNode, parent: Parent): Measure => {
    const directives = selection.directives?.length ?? 0
    const own: Measure = { ...nothing, selections: 1, directives }
    switch (selection.kind) {
      case Kind.FIELD:
        return add(own, measureField(selection, parent))
      case Kind.INLINE_FRAGMENT: {
        const type = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent
        return add(own, measureSelections(selection.selectionSet, type))
      }
      case Kind.FRAGMENT_SPREAD:
        return add(own, measureFragment(selection.name.value))
    }
  }

  const measureField = ({ name: { value: name }, alias, selectionSet }: FieldNode, parent: Parent): Measure => {
    const type = fieldOf(parent, name)?.type
    const below = selectionSet ? measureSelections(selectionSet, type && getNamedType(type)) : nothing
    const isIntrospection = name === '__schema' || name === '__type'
    return {
      ...below,
      depth: isIntrospection ? 0 : below.depth + 1,
      introspectionDepth: isIntrospection
        ? Math.max(below.depth, below.introspectionDepth) + 1
        : below.introspectionDepth,
      aliases: below.aliases + (alias ? 1 : 0),
      fields: 1,
      answered: sum(1, below.answered * itemsIn(type)),
      credentialChecks: below.credentialChecks + (checksCredential(schema, parent, name) ? 1 : 0),
    }
  }

  const measureFragment = (name: string): Measure => {
    const known = measured.get(name)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) return nothing
    // What a spread inside the fragment itself finds.
    measured.set(name, nothing)
    const directives = fragment.directives?.length ?? 0
    const type = schema.getType(fragment.typeCondition.name.value)
    const measure = add({ ...nothing, directives }, measureSelections(fragment.selectionSet, type))
    measured.set(name, measure)
    return measure
  }

  return ({ operation, selectionSet, directives = [], variableDefinitions = [] }: OperationDefinitionNode): Measure => {
    const ofVariables = variableDefinitions.reduce((count, variable) => count + (variable.directives?.length ?? 0), 0)
    const own = { ...nothing, directives: directives.length + ofVariables }
    return add(own, measureSelections(selectionSet, schema.getRootType(operation)))
  }
}

function add(one: Measure, other: Measure): Measure {
  return {
    depth: Math.max(one.depth, other.depth),
    introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
    aliases: sum(one.aliases, other.aliases),
    fields: sum(one.fields, other.fields),
    directives: sum(one.directives, other.directives),
    selections: sum(one.selections, other.selections),
    answered: sum(one.answered, other.answered),
    credentialChecks: sum(one.credentialChecks, other.credentialChecks),
  }
}

function sum(one: number, other: number): number {
  return Math.min(one + other, immeasurable)
}

function fieldOf(type: Parent, name: string) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
}

/** How many objects a field gives. */
function itemsIn(type: GraphQLType | undefined): number {
  if (isNonNullType(type)) return itemsIn(type.ofType)
  return isListType(type) ? itemsOfList * itemsIn(type.ofType) : 1
}

/** On an interface, a field is marked when it is there or on any type behind it. */
function checksCredential(schema: GraphQLSchema, parent: Parent, name: string): boolean {
  const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent]
  return types.some((type) =>
    fieldOf(type, name)?.astNode?.directives?.some((directive) => directive.name.value === 'checksCredential'),
  )
}
