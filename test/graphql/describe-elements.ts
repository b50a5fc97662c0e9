import {
  type ArgumentNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
} from 'graphql'

/** What a schema says of each element by its coordinate: its type, default and directives, as one line. */
export type Elements = Map<string, string>

/** Rules and marks that are not part of what clients rely on. */
const internal = new Set(['checksCredential', 'listSize'])

/** Lists the elements of SDL, extensions joined to what they extend, in a form in which two schemas can be compared. */
export function describeElements(document: DocumentNode): Elements {
  const elements: Elements = new Map()
  for (const definition of document.definitions) {
    for (const [coordinate, text] of describeDefinition(definition)) elements.set(coordinate, text)
  }
  return elements
}

type Entry = readonly [coordinate: string, text: string]

function* describeDefinition(definition: DefinitionNode): Generator<Entry> {
  if (!isTypeExtensionNode(definition) && 'name' in definition && definition.name && 'directives' in definition) {
    // The SDL parser takes constant directives only; an operation's node type is all that the tree promises.
    yield [definition.name.value, `${definition.kind}${directivesOf(definition.directives)}`]
  }
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
      return yield* describeFields(definition)
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
      return yield* describeMembers(definition)
    case Kind.UNION_TYPE_DEFINITION:
      for (const type of definition.types ?? []) yield [`${definition.name.value} = ${type.name.value}`, 'member']
  }
}

type WithFields = Pick<ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, 'name' | 'fields' | 'interfaces'>

function* describeFields({ name, fields = [], interfaces = [] }: WithFields): Generator<Entry> {
  for (const implemented of interfaces) yield [`${name.value} implements ${implemented.name.value}`, 'interface']
  for (const field of fields) {
    const coordinate = `${name.value}.${field.name.value}`
    yield [coordinate, `${print(field.type)}${directivesOf(field.directives)}`]
    for (const argument of field.arguments ?? [])
      yield [`${coordinate}(${argument.name.value}:)`, describeInput(argument)]
  }
}

function* describeMembers(type: InputObjectTypeDefinitionNode | EnumTypeDefinitionNode): Generator<Entry> {
  if (type.kind === Kind.ENUM_TYPE_DEFINITION) {
    for (const { name, directives } of type.values ?? []) {
      yield [`${type.name.value}.${name.value}`, `value${directivesOf(directives)}`]
    }
    return
  }
  for (const field of type.fields ?? []) yield [`${type.name.value}.${field.name.value}`, describeInput(field)]
}

function describeInput({ type, defaultValue, directives }: InputValueDefinitionNode): string {
  return `${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}${directivesOf(directives)}`
}

function directivesOf(directives: readonly DirectiveNode[] = []): string {
  return directives
    .filter(({ name }) => !internal.has(name.value))
    .map((directive) => ` ${print(sorted(directive))}`)
    .sort()
    .join('')
}

/** The order of arguments means nothing. */
function sorted(directive: DirectiveNode): DirectiveNode {
  const nameOf = (argument: ArgumentNode) => argument.name.value
  const compare = (one: ArgumentNode, other: ArgumentNode) => nameOf(one).localeCompare(nameOf(other))
  return { ...directive, arguments: (directive.arguments ?? []).toSorted(compare) }
}
