import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql'
import type { Awaitable } from './decide.ts'
import { createDecisions } from './decisions.ts'
import type { DenialLog } from './denial-log.ts'
import type { OnDecisions } from './operation-decisions.ts'
import { type Answers, createParty, createUnknownParty, type Party } from './party.ts'
import type { RoleGrants } from './roles.ts'
import { standingOf, type Viewer } from './viewer.ts'

/** How the host tells who asks. */
export interface Identification<Context> {
  viewer(context: Context): Awaitable<Viewer | null | undefined>
  established: ((context: Context) => Awaitable<Viewer | null | undefined>) | undefined
  now(): number
}

/** What the plan settled before an execution began. */
export interface Preparation {
  party: Party
  /** True where the viewer is allowed every coordinate that the operation selects: there is nothing left to decide. */
  open: boolean
  /** Where denials go that make nothing but their own position null. */
  log: DenialLog
}

/** One run of the executor: who asks, fixed by the first guarded resolver, and whom its `@signsIn` fields established. */
export interface Execution {
  readonly open: boolean
  /** Null where nobody will tell what is in it: denials are then errors at once. */
  readonly log: DenialLog | null
  /** Told of the denials that the log is not. */
  readonly onDecisions: OnDecisions | undefined
  /** The party that decides at this place in the response. */
  at(path: GraphQLResolveInfo['path']): Awaitable<Party>
  /** Finds out whom a `@signsIn` field established; what is selected below that field is theirs. */
  establish(path: GraphQLResolveInfo['path']): Awaitable<Party>
  /**
   * Of which type each value is that a field gave: by that it was decided, so by that it is shown. Within one field of
   * the root, since the next field of a mutation may find the value changed.
   */
  typesAt(info: GraphQLResolveInfo): Map<unknown, Awaitable<string | undefined>>
}

/** The executions of one schema. */
export interface Executions<Context = unknown> {
  /** The execution that a resolver runs in. */
  of(context: Context, info: Pick<GraphQLResolveInfo, 'variableValues' | 'operation'>): Execution
  /** The party that a viewer is; it remembers what it is told, so each execution has its own. */
  partyFor(viewer: Viewer | null | undefined): Party
  /** Finds out who asks, as they stand now. */
  partyOf(context: Context): Awaitable<Party>
  /** Milliseconds since the epoch, by the host's clock. */
  now(): number
  /** Gives a copy of the operation, for one execution, in which the guards find what is settled already. */
  begin(context: Context, operation: OperationDefinitionNode, preparation: Preparation): OperationDefinitionNode
}

export function createExecutions<Context>(
  grants: RoleGrants,
  { viewer, established, now }: Identification<Context>,
  answers: Answers,
  onDecisions?: OnDecisions,
): Executions<Context> {
  // The coerced variables are made anew for each execution; contexts and documents may be shared between two.
  const executions = new WeakMap<object, Execution>()
  // On the operation's copy itself: every guarded field asks for it. With what it was made for: a resolver may make
  // another operation of that node, or execute it for somebody else.
  const key = Symbol('execution')
  type Marked = OperationDefinitionNode & { [key]?: { execution: Execution; operation: Marked; context: Context } }
  const decided = createDecisions()

  const partyFor = (found: Viewer | null | undefined) => {
    const standing = standingOf(found, grants, now())
    return createParty(standing, answers, decided.of(standing))
  }

  const unknown = (cause: unknown, asked: string) => {
    answers.onError(cause, asked)
    return createUnknownParty(standingOf(null, grants, now()))
  }

  const identify = (
    ask: (context: Context) => Awaitable<Viewer | null | undefined>,
    context: Context,
    asked: string,
    settle: (found: Viewer | null | undefined) => Awaitable<Party>,
  ): Awaitable<Party> => {
    try {
      const found = ask(context)
      if (!isPromise(found)) return settle(found)
      return Promise.resolve(found)
        .then(settle)
        .catch((cause) => unknown(cause, asked))
    } catch (cause) {
      return unknown(cause, asked)
    }
  }

  const partyOf = (context: Context) => identify(viewer, context, 'the viewer', partyFor)

  const begin = (context: Context, prepared: Preparation | undefined): Execution => {
    let party = prepared?.party ?? partyOf(context)
    if (isPromise(party)) {
      party.then((known) => {
        party = known
      })
    }
    let below: Map<string | number, Awaitable<Party>> | null = null
    let types: Map<string, Map<unknown, Awaitable<string | undefined>>> | null = null
    return {
      open: prepared?.open ?? false,
      log: prepared?.log ?? null,
      onDecisions,
      at: (path) => below?.get(rootKeyOf(path)) ?? party,
      establish(path) {
        const chosen = identify(
          (known) => established?.(known),
          context,
          'the viewer that @signsIn established',
          (found) => (found === null || found === undefined ? party : partyFor(found)),
        )
        below ??= new Map()
        below.set(rootKeyOf(path), chosen)
        return chosen
      },
      typesAt({ path, parentType, fieldName }) {
        types ??= new Map()
        const key = `${rootKeyOf(path)} ${parentType.name}.${fieldName}`
        const known = types.get(key) ?? new Map()
        types.set(key, known)
        return known
      },
    }
  }

  return {
    of(context, info) {
      const operation: Marked = info.operation
      const mark = operation[key]
      if (mark && mark.operation === operation && mark.context === context) return mark.execution
      const known = executions.get(info.variableValues)
      if (known) return known
      const execution = begin(context, undefined)
      executions.set(info.variableValues, execution)
      return execution
    },
    partyFor,
    partyOf,
    now,
    begin(context, operation, preparation) {
      const copy: Marked = { ...operation }
      copy[key] = { execution: begin(context, preparation), operation: copy, context }
      return copy
    },
  }
}

function rootKeyOf(path: GraphQLResolveInfo['path']): string | number {
  let root = path
  while (root.prev) root = root.prev
  return root.key
}

/** Whether the executor waits for a value: for functions too, such as query builders. */
export function isPromise(value: unknown): value is Promise<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return typeof (value as { then?: unknown }).then === 'function'
}
