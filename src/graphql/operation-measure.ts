import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
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
import { largestFirst } from './connection.ts'

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
  /** Fields that the answer has if every page is full and every other list is as long as it is taken to be, introspection apart. */
  answered: number
  /** Those of one item in each of the lists that a page consists of: how many there are, the field says that it is of. */
  ofItem: number
  /** Fields that tell the whole schema. */
  schemas: number
  /** Fields marked `@checksCredential`. */
  credentialChecks: number
}

/** How many objects a list is taken to hold that is not read in pages, unless its `@listSize` says how many. */
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
  ofItem: 0,
  schemas: 0,
  credentialChecks: 0,
}

const nothingAnswered = { answered: 0, ofItem: 0 }

type Parent = GraphQLNamedType | null | undefined
type Definition = GraphQLField<unknown, unknown>

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
  const pages = pagesOf(schema)

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

  const measureField = (node: FieldNode, parent: Parent): Measure => {
    const { alias, selectionSet } = node
    const name = node.name.value
    const definitions = definitionsOf(schema, parent, name)
    const type = definitions[0]?.type
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
      ...(parent?.name.startsWith('__')
        ? nothingAnswered
        : answerOf(below, definitions, { isOfPage: pages.has(parent), node })),
      schemas: below.schemas + (name === '__schema' ? 1 : 0),
      credentialChecks: below.credentialChecks + (isMarked(definitions) ? 1 : 0),
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
    const measure = add(own, measureSelections(selectionSet, schema.getRootType(operation)))
    return { ...measure, answered: sum(measure.answered, measure.ofItem * itemsOfList) }
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
    ofItem: sum(one.ofItem, other.ofItem),
    schemas: sum(one.schemas, other.schemas),
    credentialChecks: sum(one.credentialChecks, other.credentialChecks),
  }
}

function sum(one: number, other: number): number {
  return Math.min(one + other, immeasurable)
}

/** A field as its parent defines it, and on an interface as any type behind it does, which may say more of it. */
function definitionsOf(schema: GraphQLSchema, parent: Parent, name: string): Definition[] {
  const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent]
  return types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? (type.getFields()[name] ?? []) : []))
}

/** What a field adds to the answer, with what is selected below it. */
function answerOf(
  below: Measure,
  definitions: readonly Definition[],
  { isOfPage, node }: { isOfPage: boolean; node: FieldNode },
): Pick<Measure, 'answered' | 'ofItem'> {
  const type = definitions[0]?.type
  const asked = definitions.some(sliceOf) ? Math.max(...definitions.map((each) => itemsOfPage(each, node))) : null
  const assumed = definitions.flatMap((each) => assumedSize(each) ?? [])
  const each = below.answered + below.ofItem * (asked ?? itemsOfList)
  const list = type && getNullableType(type)
  if (!isListType(list)) return { answered: sum(1, each), ofItem: 0 }
  const ofItem = each * itemsIn(list.ofType)
  // How long a list of a page is, the field says that the page is of, unless the list itself says.
  if (isOfPage && assumed.length === 0 && asked === null) return { answered: 1, ofItem: sum(0, ofItem) }
  const items = asked ?? (assumed.length > 0 ? Math.max(1, ...assumed) : itemsOfList)
  return { answered: sum(1, ofItem * items), ofItem: 0 }
}

const pagesOfSchemas = new WeakMap<GraphQLSchema, ReadonlySet<Parent>>()

/** The types that a field gives which says by `first` how many of something it wants. */
function pagesOf(schema: GraphQLSchema): ReadonlySet<Parent> {
  const known = pagesOfSchemas.get(schema)
  if (known) return known
  const pages = new Set<Parent>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      if (!sliceOf(field)) continue
      const page = getNamedType(field.type)
      pages.add(page)
      if (isAbstractType(page)) for (const each of schema.getPossibleTypes(page)) pages.add(each)
    }
  }
  pagesOfSchemas.set(schema, pages)
  return pages
}

function sliceOf(definition: Definition | undefined) {
  return definition?.args.find(({ name }) => name === 'first')
}

/** How many items a field asks for: as many as it may, where only a variable says. */
function itemsOfPage(definition: Definition, node: FieldNode): number {
  const slice = sliceOf(definition)
  if (!slice) return 1
  const given = node.arguments?.find(({ name }) => name.value === slice.name)?.value
  if (given === undefined && typeof slice.defaultValue === 'number') return slice.defaultValue
  return given?.kind === Kind.INT ? Math.min(Math.max(Number(given.value), 1), largestFirst) : largestFirst
}

/** How many objects a type comes to. */
function itemsIn(type: GraphQLType | undefined): number {
  if (isNonNullType(type)) return itemsIn(type.ofType)
  return isListType(type) ? itemsOfList * itemsIn(type.ofType) : 1
}

/** What `@listSize` says of a field: undefined where it says nothing. */
function assumedSize({ astNode }: Definition): number | undefined {
  const directive = astNode?.directives?.find(({ name }) => name.value === 'listSize')
  const size = directive?.arguments?.find(({ name }) => name.value === 'assumedSize')?.value
  return size?.kind === Kind.INT ? Number(size.value) : undefined
}

function isMarked(definitions: readonly Definition[]): boolean {
  return definitions.some(({ astNode }) =>
    astNode?.directives?.some((directive) => directive.name.value === 'checksCredential'),
  )
}
