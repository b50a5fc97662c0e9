import {
  type FieldNode,
  GraphQLBoolean,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLID,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  TypeNameMetaFieldDef,
} from 'graphql'
import type { PlainField } from './plain-reader.ts'
import type { Readable } from './readers.ts'
import type { Complete } from './run.ts'

/** A field of the response, with all that is known of it before anything runs. */
export interface Field {
  key: string
  nodes: readonly FieldNode[]
  parentType: GraphQLObjectType
  definition: GraphQLField<unknown, unknown>
  complete: Complete
  isNullable: boolean
  /** Null where the property of its name is its value. */
  resolve: GraphQLFieldResolver<unknown, unknown> | null
  /** What `typeof` says of values that stand in the response as they are. */
  plain: 'string' | 'boolean' | null
  /** Whether null stands for it, which is put right when the execution is complete. */
  isWithheld: boolean
}

/** The fields of one type that a selection asks for. */
export interface Fields {
  all: readonly Field[]
  readable: Readable
  /** Those that a reader leaves to be executed. */
  left: readonly Field[]
  /** Whether a key of theirs would set the prototype of a plain object. */
  isOdd: boolean
  /** How much an object of them adds to the response: an empty one is one too, and introspection is as long as the schema. */
  weight: number
}

/** Gives what `typeof` says of the values of a type that need no serializing; null of any other type. */
export function plainKindOf(type: GraphQLOutputType): Field['plain'] {
  if (type === GraphQLString || type === GraphQLID) return 'string'
  return type === GraphQLBoolean ? 'boolean' : null
}

/** Finds out which of the fields can be read at once, and which are left to be executed one by one. */
export function createFields(all: readonly Field[]): Fields {
  const isOdd = all.some(({ key }) => key === '__proto__')
  // What a resolver does may change what comes after it.
  const first = all.findIndex((field) => !isPlain(field))
  const isLeft = (at: number) => first >= 0 && at >= first
  const left = all.filter((field, at) => isLeft(at) && !isConstant(field))
  const plainFields = all.map((field, at) => toPlainField(field, isLeft(at)))
  const isWorthwhile = left.length === 0 || plainFields.some((field) => 'property' in field)
  return {
    all,
    left,
    isOdd,
    weight: all[0]?.parentType.name.startsWith('__') ? 0 : Math.max(1, all.length),
    readable: { plainFields: isWorthwhile && !isOdd ? plainFields : null, made: 0, reader: null },
  }
}

function isConstant({ isWithheld, definition }: Field): boolean {
  return isWithheld || definition === TypeNameMetaFieldDef
}

/** Whether its value can be read and is what it says, without anything being run. */
function isPlain(field: Field): boolean {
  return isConstant(field) || (field.resolve === null && field.plain !== null)
}

function toPlainField({ key, definition, parentType, plain, ...field }: Field, isLeft: boolean): PlainField {
  if (field.isWithheld) return { key, constant: null }
  if (definition === TypeNameMetaFieldDef) return { key, constant: parentType.name }
  if (isLeft || plain === null) return { key, constant: undefined }
  return { key, property: definition.name, type: plain, isNullable: field.isNullable }
}
