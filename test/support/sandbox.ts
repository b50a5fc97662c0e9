import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import { readCodeBlocks, readSection } from './markdown.ts'

/** What Sandbox posts as JSON, its members in this order. */
export interface SandboxRequest {
  query: string
  variables: Record<string, unknown>
  operationName: string
}

export interface SandboxStep {
  request: SandboxRequest
  /** The answer that the page shows; `…` stands for any text. */
  shown: unknown
}

const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8')

/** Gives the operations of docs/sandbox.md in order, with their variables and the answers that are shown. */
export function readSandboxSteps(): SandboxStep[] {
  const blocks = readCodeBlocks(readSection(page, 'Operations'))
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'graphql') return []
    const following = blocks.slice(index + 1)
    const next = following.findIndex((block) => block.language === 'graphql')
    const [variables, answer] = (next < 0 ? following : following.slice(0, next)).map((block) => JSON.parse(block.text))
    const own = answer === undefined ? {} : variables
    const request = { query: text.trimEnd(), variables: own, operationName: nameOf(text) }
    return [{ request, shown: answer ?? variables }]
  })
}

function nameOf(query: string): string {
  const [definition] = parse(query).definitions
  if (definition?.kind !== 'OperationDefinition' || !definition.name) throw new TypeError(`No name: ${query}`)
  return definition.name.value
}

/** Puts the id in the place of `…`, as the reader is told to. */
export function fillIn(request: SandboxRequest, id: string): SandboxRequest {
  return JSON.parse(JSON.stringify(request).replaceAll('…', id))
}

/** The answer with `…` for the id of what was made: as the page shows it. */
export function withoutIds(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"…"'))
}
