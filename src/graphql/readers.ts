import { LRUCache } from 'lru-cache'
import { createPlainReader, type PlainField, type PlainReader } from './plain-reader.ts'

/** A selection, of which many objects may be made. */
export interface Readable {
  /** Null where a reader would be of no use. */
  readonly plainFields: readonly PlainField[] | null
  /** Objects that were made of it without a reader. */
  made: number
  reader: PlainReader | null
}

/** The readers of those selections that are worth one. */
export interface Readers {
  /** Makes an object by the selection's reader; null where it has none, and where it does not fit the object. */
  read(selection: Readable, source: unknown): Record<string, unknown> | null
}

export interface ReadersOptions {
  /** Objects of a selection after which it gets a reader, which takes as long to make as some hundred of them. */
  after?: number
  /** Readers that are kept at a time: each takes 12 KB once it has been used much. */
  most?: number
}

export function createReaders({ after = 1000, most = 500 }: ReadersOptions = {}): Readers {
  const kept = new LRUCache<Readable, true>({
    max: most,
    dispose(_, selection, reason) {
      selection.reader = null
      if (reason === 'evict') selection.made = 0
    },
  })

  const add = (selection: Readable) => {
    if (selection.plainFields === null) return
    selection.reader = createPlainReader(selection.plainFields)
    if (selection.reader !== null) kept.set(selection, true)
  }

  return {
    read(selection, source) {
      if (selection.reader === null && selection.made++ === after) add(selection)
      if (selection.reader === null) return null
      try {
        const object = selection.reader(source)
        if (object !== null) return object
      } catch {
        // A getter: whoever asks it again tells of what it throws.
      }
      // There may be more like it, and each would be read twice.
      kept.delete(selection)
      return null
    },
  }
}
