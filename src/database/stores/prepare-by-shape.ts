import { LRUCache } from 'lru-cache'

/** More than the shapes that one schema's lists come in. */
const shapesKept = 200

/**
 * Prepares a statement once for each shape of it that is asked for: building one anew costs many times its execution.
 * A shape is plain data; what varies within a shape belongs into placeholders. The database tells the statements of
 * one name apart by their texts.
 */
export function prepareByShape<Shape, Statement extends object>(
  prepare: (shape: Shape) => Statement,
): (shape: Shape) => Statement {
  const statements = new LRUCache<string, Statement>({ max: shapesKept })
  return (shape) => {
    const key = JSON.stringify(shape)
    const kept = statements.get(key)
    if (kept) return kept
    const statement = prepare(shape)
    statements.set(key, statement)
    return statement
  }
}
