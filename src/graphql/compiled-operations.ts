import type { GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Executable } from '../directives/index.ts'
import { type CompiledOperation, compileOperation } from './compile-operation.ts'
import { bounds, charactersOf } from './kept-documents.ts'
import { createReaders } from './readers.ts'

/** What is ready to run, of the schema with its guards and of the one without. */
export interface CompiledOperations {
  of(executable: Executable): CompiledOperation
}

/** What a field takes that is ready to be executed, in characters of a document. */
const charactersOfField = 10

/**
 * Makes a memory of compiled operations. Each counts with what it holds: the characters of its document, and its fields,
 * which may be thousands of times as much, since they are compiled for each position in the response and each set of
 * conditions.
 *
 * @param shown - the schema that resolvers are handed: the guarded one
 */
export function createCompiledOperations(shown: GraphQLSchema): CompiledOperations {
  const caches = new WeakMap<GraphQLSchema, LRUCache<OperationDefinitionNode, CompiledOperation>>()
  const readers = createReaders()

  const cacheOf = (schema: GraphQLSchema) => {
    const known = caches.get(schema)
    if (known) return known
    const cache = new LRUCache<OperationDefinitionNode, CompiledOperation>(bounds)
    caches.set(schema, cache)
    return cache
  }

  return {
    of({ schema, operation }) {
      const { node } = operation
      const cache = cacheOf(schema)
      const known = cache.get(node)
      if (known) return known
      const keep = (fields: number) =>
        cache.set(node, compiled, { size: charactersOf(node) + charactersOfField * fields })
      const compiled = compileOperation(schema, shown, operation, readers, (fields) => {
        // Where it had to go meanwhile, it stays gone. Set again, what is there already would keep its size.
        if (cache.peek(node) === compiled && cache.delete(node)) keep(fields)
      })
      keep(0)
      return compiled
    },
  }
}
