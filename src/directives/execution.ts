import type { GraphQLResolveInfo } from 'graphql'
import type { Awaitable } from './decide.ts'
import { type Answers, createParty, createUnknownParty, type Party } from './party.ts'
import type { RoleGrants } from './roles.ts'
import { standingOf, type Viewer } from './viewer.ts'

/** How the host tells who asks. */
export interface Identification<Context> {
  viewer(context: Context): Awaitable<Viewer | null | undefined>
  established: ((context: Context) => Awaitable<Viewer | null | undefined>) | undefined
  now(): number
}

/** One run of the executor: who asks, fixed by the first guarded resolver, and whom its `@signsIn` fields established. */
export interface Execution {
  /** The party that decides at this place in the response. */
  at(path: GraphQLResolveInfo['path']): Awaitable<Party>
  /** Finds out whom a `@signsIn` field established; what is selected below that field is theirs. */
  establish(path: GraphQLResolveInfo['path']): Awaitable<Party>
}

export function createExecutions<Context>(
  grants: RoleGrants,
  { viewer, established, now }: Identification<Context>,
  answers: Answers,
): (context: Context, info: Pick<GraphQLResolveInfo, 'variableValues'>) => Execution {
  // The coerced variables are made anew for each execution; contexts and documents may be shared between two.
  const executions = new WeakMap<object, Execution>()

  const partyOf = (found: Viewer | null | undefined) => createParty(standingOf(found, grants, now()), answers)

  const identify = (
    ask: () => Awaitable<Viewer | null | undefined>,
    asked: string,
    nobody: () => Awaitable<Party>,
  ): Awaitable<Party> => {
    const settle = (found: Viewer | null | undefined) =>
      found === null || found === undefined ? nobody() : partyOf(found)
    const fail = (cause: unknown) => {
      answers.onError(cause, asked)
      return createUnknownParty(standingOf(null, grants, now()))
    }
    try {
      const found = ask()
      return isPromise(found) ? Promise.resolve(found).then(settle).catch(fail) : settle(found)
    } catch (cause) {
      return fail(cause)
    }
  }

  const begin = (context: Context): Execution => {
    let party = identify(
      () => viewer(context),
      'the viewer',
      () => partyOf(null),
    )
    if (isPromise(party)) {
      party.then((known) => {
        party = known
      })
    }
    const below = new Map<string | number, Awaitable<Party>>()
    return {
      at: (path) => (below.size === 0 ? party : (below.get(rootKeyOf(path)) ?? party)),
      establish(path) {
        const chosen = identify(
          () => established?.(context),
          'the viewer that @signsIn established',
          () => party,
        )
        below.set(rootKeyOf(path), chosen)
        return chosen
      },
    }
  }

  return (context, info) => {
    const known = executions.get(info.variableValues)
    if (known) return known
    const execution = begin(context)
    executions.set(info.variableValues, execution)
    return execution
  }
}

function rootKeyOf(path: GraphQLResolveInfo['path']): string | number {
  let root = path
  while (root.prev) root = root.prev
  return root.key
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
