import type { GraphQLError, GraphQLResolveInfo } from 'graphql'

type Path = GraphQLResolveInfo['path'] | undefined

/** The errors of one execution. Leaves out those of positions that an earlier error has made null with it. */
export interface CollectedErrors {
  readonly all: readonly GraphQLError[]
  /** @param path - the position that the error makes null; undefined for the whole response */
  add(error: GraphQLError, path: Path): void
}

export function createCollectedErrors(): CollectedErrors {
  const all: GraphQLError[] = []
  const nulled = new Set<Path>()
  const isGone = (path: Path) => {
    for (let at = path; at; at = at.prev) if (nulled.has(at)) return true
    return nulled.has(undefined)
  }
  return {
    all,
    add(error, path) {
      if (isGone(path)) return
      nulled.add(path)
      all.push(error)
    },
  }
}
