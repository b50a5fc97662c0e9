import type { GraphQLResolveInfo } from 'graphql'
import { isPromise } from './execution.ts'
import type { AccessQuestion, Party } from './party.ts'
import { guardOf } from './seal.ts'
import type { Viewer } from './viewer.ts'

/**
 * Tells an execution, from within a resolver, what the host has found out already: that the viewer has this access to
 * these ids, as when a list's own statement selected by it. `options.access` is then not asked for them again, until a
 * mutation's next field. Rules that want more than this access are decided as ever.
 *
 * @param viewer - for whom it was found out: the very object that `options.viewer` gave, or nothing is remembered
 * @param access - as `options.access` would be asked for it
 * @throws TypeError where the resolver runs on a schema that authorizeSchema did not give
 */
export function rememberAccess(
  viewer: Viewer,
  access: AccessQuestion,
  context: unknown,
  info: GraphQLResolveInfo,
): void {
  const remember = (party: Party) => {
    if (party.standing.viewer === viewer) party.remember(access)
  }
  const party = guardOf(info.schema).executions.of(context, info).at(info.path)
  if (isPromise(party)) party.then(remember)
  else remember(party)
}
