import { type GraphQLSchema, isInterfaceType } from 'graphql'
import { accessMatrix } from '../../src/directives/index.ts'

/** The coordinates that the access matrix does not allow everybody, but those of interfaces. */
export function guardedInMatrix(schema: GraphQLSchema): string[] {
  return Object.entries(accessMatrix(schema))
    .filter(([, cells]) => Object.values(cells).some((cell) => cell !== 'allow'))
    .map(([coordinate]) => coordinate)
    .filter((coordinate) => !isInterfaceType(schema.getType(coordinate.split('.')[0] ?? '')))
    .sort()
}

/** Those of coordinates that the access matrix has rows for: it has none for types. */
export function withoutTypes(coordinates: readonly string[]): string[] {
  return coordinates.filter((coordinate) => coordinate.includes('.')).sort()
}
