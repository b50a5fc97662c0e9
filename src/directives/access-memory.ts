import type { GraphQLResolveInfo } from 'graphql'
import { isPromise } from './execution.ts'
import type { AccessQuestion } from './party.ts'
import { guardOf } from './seal.ts'
import type { Viewer } from './viewer.ts'

/**
 * Gives what a resolver tells what it finds out of access, as by a list's statement that selected by it: `options.access`
 * is then not asked for those ids again. Rules that want more than this access are decided as ever.
 *
 * To be asked for before the access is: what a mutation's next field may have changed meanwhile is not remembered.
 *
 * @param viewer - for whom it is found out: the very object that `options.viewer` gave, or nothing is remembered
 * @returns a function that takes access that there is, as `options.access` would be asked for it
 * @throws TypeError where the resolver runs on a schema that authorizeSchema did not give
 */
export function accessMemory(
  viewer: Viewer,
  context: unknown,
  info: GraphQLResolveInfo,
): (access: AccessQuestion) => void {
  const party = guardOf(info.schema).executions.of(context, info).at(info.path)
  return isPromise(party) || party.standing.viewer !== viewer ? () => {} : party.memory()
}
