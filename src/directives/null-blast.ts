import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type Policy, possibleTypes } from './compile.ts'
import { locate, type PolicyFault } from './fault.ts'
import { isRootTypeName } from './path.ts'
import { readPolicy } from './read-policy.ts'

/** How many of the places that a denial would wipe are named. */
const named = 3

/**
 * Finds the guarded positions whose denial makes more null than themselves: non-null fields that bear a rule, and
 * non-null positions of objects whose type does. Nothing leaks there; what is lost is what the viewer may see.
 *
 * @throws SchemaPolicyError with every fault of the SDL, for a schema that was not authorized and could not be
 */
export function nullBlasts(schema: GraphQLSchema, { requirements }: Policy = readPolicy(schema)): PolicyFault[] {
  const fields = [...outputFields(schema)]
  const returning = new Map<string, typeof fields>()
  for (const field of fields) {
    for (const name of possibleTypes(schema, getNamedType(field.type))) {
      returning.set(name, [...(returning.get(name) ?? []), field])
    }
  }

  /** The nullable positions that become null when an object of this type does. */
  const wipedWith = (typeName: string, found: Set<string>, seen: Set<string>): Set<string> => {
    if (seen.has(typeName)) return found
    seen.add(typeName)
    if (isRootTypeName(schema, typeName)) found.add('the whole response')
    for (const field of returning.get(typeName) ?? []) {
      const place = nullPlace(field.type)
      if (place === 'beyond') wipedWith(field.typeName, found, seen)
      else found.add(place === 'list' ? `the whole list ${field.coordinate}` : field.coordinate)
    }
    return found
  }

  return fields.flatMap(({ coordinate, typeName, type, node }) => {
    const isFieldGuarded = requirements.has(coordinate)
    const isObjectGuarded = possibleTypes(schema, getNamedType(type)).some((name) => requirements.has(name))
    if (!isFieldGuarded && !isObjectGuarded) return []
    const wiped = new Set<string>()
    const place = nullPlace(type)
    if (place === 'list' && isObjectGuarded) wiped.add(`the whole list ${coordinate}`)
    if ((isFieldGuarded && isNonNullType(type)) || (isObjectGuarded && place === 'beyond'))
      wipedWith(typeName, wiped, new Set())
    if (wiped.size === 0) return []
    const told = [...wiped].slice(0, named).join(', ')
    const more = wiped.size > named ? ` and ${wiped.size - named} more` : ''
    return [{ coordinate, message: `a denial here makes null ${told}${more}`, location: locate(node) }]
  })
}

/** Where a null at the innermost position of a type stops: there, at a list around it, or outside the field. */
function nullPlace(type: GraphQLOutputType): 'here' | 'list' | 'beyond' {
  if (isListType(type)) {
    const inner = nullPlace(type.ofType)
    return inner === 'beyond' ? 'list' : inner
  }
  if (!isNonNullType(type)) return 'here'
  return isListType(type.ofType) ? nullPlace(type.ofType.ofType) : 'beyond'
}

function* outputFields(schema: GraphQLSchema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const { name, type: returns, astNode } of Object.values(type.getFields())) {
      yield { coordinate: `${type.name}.${name}`, typeName: type.name, type: returns, node: astNode }
    }
  }
}
