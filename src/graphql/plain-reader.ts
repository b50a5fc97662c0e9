/** A key of the response, and where what stands there comes from. */
export type PlainField =
  | {
      key: string
      property: string
      /** What `typeof` says of values that stand in the response as they are. */
      type: 'string' | 'boolean'
      isNullable: boolean
    }
  | {
      key: string
      /** The same for every object; undefined for what is put there later. */
      constant: string | null | undefined
    }

/**
 * Makes an object of the response of what it is the response to. Null where one of the properties does not stand in it
 * as it is: then whoever reads them again may ask a getter a second time. Throws what a getter throws.
 */
export type PlainReader = (source: unknown) => Record<string, unknown> | null

let count = 0

/**
 * Makes what reads objects for one selection alone. Code that reads whatever is selected, of whatever object, has to look
 * up each property each time; code that meets the same ones all the time learns where they are, and takes a tenth of that.
 *
 * Nothing that a client sends is run as code: the function's text says how many fields there are and of which kinds. What
 * they are called is handed to it.
 *
 * @returns null where Node.js was told to run no text as code, by `--disallow-code-generation-from-strings`
 */
export function createPlainReader(fields: readonly PlainField[]): PlainReader | null {
  const parameters = ['refuse', ...fields.flatMap((_, at) => [`key${at}`, `from${at}`])]
  const handed = fields.flatMap((field) => [field.key, 'property' in field ? field.property : field.constant])
  // Numbered, because V8 has functions of one text share what they learn.
  const text = `'use strict' // ${count++}
    return (source) => {
      if (typeof source !== 'object' || source === null) return null
      ${fields.map(describeRead).join('\n')}
      const object = {}
      ${fields.map((field, at) => `object[key${at}] = ${'property' in field ? 'value' : 'from'}${at}`).join('\n')}
      return object
    }`
  try {
    return new Function(...parameters, text)(refuse, ...handed)
  } catch (error) {
    if (error instanceof EvalError) return null
    throw error
  }
}

function describeRead(field: PlainField, at: number): string {
  if (!('property' in field)) return ''
  const value = `value${at}`
  const other = field.isNullable
    ? `{ if (${value} !== null && ${value} !== undefined) return refuse(${value}); ${value} = null }`
    : `return refuse(${value})`
  return `let ${value} = source[from${at}]; if (typeof ${value} !== '${field.type}') ${other}`
}

/** Of a promise that a getter made nobody else will hear. */
function refuse(value: unknown): null {
  if (value instanceof Promise) value.catch(() => {})
  return null
}
