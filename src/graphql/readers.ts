import { createPlainReader, type PlainField, type PlainReader } from './plain-reader.ts'

/** Of a selection, of which many objects may be made: nothing that would keep its operation. */
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
  /** Readers that are kept at a time: one of ten fields takes 12 KB once it has been used much. */
  most?: number
}

/** Fields of a selection past which it gets none. */
const mostFields = 100

export function createReaders({ after = 1000, most = 500 }: ReadersOptions = {}): Readers {
  /** Oldest first. Those that have to go and are used much have soon earned another. */
  const kept = new Set<Readable>()

  const add = (selection: Readable) => {
    const { plainFields } = selection
    if (plainFields === null || plainFields.length > mostFields) return
    const [oldest] = kept.size < most ? [] : kept
    if (oldest) {
      drop(oldest)
      oldest.made = 0
    }
    selection.reader = createPlainReader(plainFields)
    if (selection.reader !== null) kept.add(selection)
  }

  const drop = (selection: Readable) => {
    kept.delete(selection)
    selection.reader = null
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
      drop(selection)
      return null
    },
  }
}
