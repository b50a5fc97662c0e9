import { type ASTNode, getLocation } from 'graphql'

/** Something in the schema that the layer will not run with. */
export interface PolicyFault {
  /** The schema coordinate at fault. */
  coordinate: string
  message: string
  /** `file:line` in the SDL, where there is one. */
  location: string | null
}

/** The schema's rules cannot be enforced as they stand. Holds every fault at once. */
export class SchemaPolicyError extends Error {
  readonly faults: readonly PolicyFault[]

  constructor(faults: readonly PolicyFault[]) {
    super(
      `The schema has ${faults.length} authorization fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  ${describeFault(fault)}`).join('\n')}`,
    )
    this.name = 'SchemaPolicyError'
    this.faults = faults
  }
}

export function describeFault({ coordinate, message, location }: PolicyFault): string {
  return `${location === null ? '' : `${location}: `}${coordinate}: ${message}`
}

/** Gives a node's place in the SDL as `file:line`. */
export function locate(node: ASTNode | null | undefined): string | null {
  if (!node?.loc) return null
  return `${node.loc.source.name}:${getLocation(node.loc.source, node.loc.start).line}`
}
