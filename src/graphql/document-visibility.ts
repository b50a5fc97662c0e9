import type { GraphQLSchema } from 'graphql'
import { type AccessLevel, type AccessSubject, accessLevels } from '../access/access-grant.ts'
import { grantedRoles, type Viewer, type VisibilityWay, visibility } from '../directives/index.ts'
import type { VisibilityWay as DocumentWay, Visibility } from '../documents/document.ts'

/** Who asks for access: the viewer with every role that theirs include. */
export function accessSubject(schema: GraphQLSchema, viewer: Viewer): AccessSubject {
  return { id: viewer.id, roles: grantedRoles(schema, viewer.roles) }
}

/**
 * Puts the rule on `type Document`, as it is for a viewer, into the words of the documents domain.
 *
 * @throws TypeError when the rule names what no list of documents can be decided by
 */
export function documentVisibility(schema: GraphQLSchema, viewer: Viewer): Visibility {
  const found = visibility(schema, viewer, 'Document')
  if (found.kind !== 'some') return found
  return { kind: 'some', rules: found.rules.map(({ any }) => ({ any: any.map(toDocumentWay) })) }
}

/** The levels of access that a viewer has to whatever they may see: each is the only way that some rule leaves. */
export function accessImplied(visibility: Visibility): AccessLevel[] {
  if (visibility.kind !== 'some') return []
  return visibility.rules.flatMap(({ any: [way, ...others] }) =>
    way && way.access !== null && others.length === 0 ? [way.access] : [],
  )
}

function toDocumentWay(way: VisibilityWay): DocumentWay {
  const levels: AccessLevel[] = []
  let owner = false
  for (const condition of way) {
    const path = condition.at.path.join('.')
    if (condition.kind === 'owner' && path === 'owner.id') owner = true
    else if (condition.kind === 'access' && condition.resource === 'Document' && path === 'id') {
      levels.push(parseLevel(condition.level))
    } else throw new TypeError(`documents cannot be listed by the rule ${condition.kind} at "${path}"`)
  }
  return { owner, access: strongest(levels) }
}

/** Each level includes the ones before it, so where several must hold, the last of them says it all. */
function strongest(levels: readonly AccessLevel[]): AccessLevel | null {
  return accessLevels.findLast((level) => levels.includes(level)) ?? null
}

export function parseLevel(text: string): AccessLevel {
  const level = accessLevels.find((known) => known === text)
  if (!level) throw new TypeError(`"${text}" is no access level`)
  return level
}
