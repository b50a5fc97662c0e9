/** The layer's own input type, which `@allow` takes and no operation can use. */
export const ruleType = 'AccessRule'

/**
 * The SDL of the directives, to stand beside the host's own. The host brings `enum Role` and `enum Permission`.
 *
 * Whatever merges several documents must be given this one with them: not knowing that the directives are repeatable,
 * `mergeTypeDefs()` of graphql-tools keeps of a type's rules those of the last document only.
 */
export const directiveTypeDefs = /* GraphQL */ `"""
Says in the open that no rule is wanted here.
"""
directive @public on FIELD_DEFINITION

"""
Holds when the viewer is signed in.
"""
directive @auth(
  """
  Only when they proved who they are at most this many seconds ago; otherwise \`REAUTHENTICATION_REQUIRED\`.
  """
  maxAge: Int
  """
  Only from a browser session, not with an API token. Implied by \`maxAge\`.
  """
  interactive: Boolean
) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Marks a mutation whose result may sign the viewer in: what is selected below it is decided for the viewer it establishes.
"""
directive @signsIn on FIELD_DEFINITION

"""
Holds when the viewer has one of the roles, itself or through a role that includes it.
"""
directive @hasRole(
  """
  The roles, any of which will do.
  """
  role: [Role!]!
) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Holds when one of the viewer's roles grants one of the permissions and an API token's scopes allow it.
"""
directive @hasPermission(
  """
  The permissions, any of which will do.
  """
  permission: [Permission!]!
) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Holds when the access control list of a resource grants the viewer at least the level.
"""
directive @hasAccess(
  """
  The least level that will do.
  """
  level: AccessLevel!
  """
  The resource's type. On that object type itself it may be left out.
  """
  resource: String
  """
  Where the resource's id stands: a path of fields from the object, or from \`args.\`. Unless told, \`id\`, and \`args.id\` on root fields.
  """
  id: String
) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Holds when at least one of the rules does.
"""
directive @allow(
  """
  The rules, any of which will do.
  """
  any: [AccessRule!]!
) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Says that a filter or an order reads a field of the result: whoever gives this argument or input field must satisfy that field's rules as far as the viewer alone decides them.
"""
directive @reads(
  """
  The field's schema coordinate, such as \`User.email\`.
  """
  field: String!
) repeatable on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
Says what a role brings. Stands on the values of \`enum Role\`.
"""
directive @grants(
  """
  The permissions that the role grants.
  """
  permissions: [Permission!]!
  """
  The roles that it includes, with all that they grant.
  """
  includes: [Role!]
) on ENUM_VALUE

"""
How much an access control list allows. Each level includes the ones before it.
"""
enum AccessLevel {
  """
  See the resource.
  """
  READ
  """
  Change it too.
  """
  WRITE
  """
  Share and delete it too.
  """
  MANAGE
}

"""
One rule of \`@allow\`. It holds when every key given in it does.
"""
input AccessRule {
  """
  The viewer has one of these roles.
  """
  role: [Role!]
  """
  The viewer has one of these permissions.
  """
  permission: [Permission!]
  """
  The viewer's id stands here: a path of fields from the object, or from \`args.\`.
  """
  owner: String
  """
  The access control list of the resource grants the viewer at least this level.
  """
  access: AccessLevel
  """
  With \`access\`: the resource's type. On that object type itself it may be left out.
  """
  resource: String
  """
  With \`access\`: where the resource's id stands, as in \`@hasAccess\`.
  """
  id: String
  """
  The application's function of this name says so.
  """
  policy: String
}
`
