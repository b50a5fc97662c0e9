import type { ApolloServerOptions, BaseContext } from '@apollo/server'
import type { ASTNode, DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/**
 * What one cache of documents holds, or of what was made of them: an application's operations many times over. Parsed,
 * a character takes some hundred bytes, two and a half hundred where names are short.
 */
export const bounds = { max: 1_000, maxSize: 1_000_000 } as const

/** The characters of the document that a node is of. */
export function charactersOf({ loc }: ASTNode): number {
  // None without a place was ever a client's: dear enough that a thousand of them fill a cache.
  return loc?.source.body.length ?? bounds.maxSize / bounds.max
}

/** Keeps documents that were parsed and found valid. Apollo Server's own makes JSON of each, to learn how long that is. */
export function createDocumentStore(): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({ ...bounds, sizeCalculation: charactersOf })
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => {
      documents.set(key, document)
    },
    delete: async (key) => documents.delete(key),
  }
}
