export { formatAccessLock, lockEntries, parseAccessLock } from './access-lock.ts'
export { accessMatrix, accessRows } from './access-matrix.ts'
export { accessMemory } from './access-memory.ts'
export {
  type AccessCells,
  type AccessDecision,
  type AccessRow,
  type AccessRuleText,
  isBare,
} from './access-row.ts'
export { type AuthorizationPluginOptions, authorizationPlugin, type ExecuteFunction } from './authorization-plugin.ts'
export { authorizeOperation, type OperationDecision } from './authorize-operation.ts'
export { type AuthorizationOptions, authorizeSchema } from './authorize-schema.ts'
export { type AccessChange, type AccessChangeKind, type AccessEntry, compareMatrices } from './compare-matrices.ts'
export { type ExplainedDecision, type Explanation, explainOperation, mostExplained } from './explain-operation.ts'
export { describeFault, type PolicyFault, SchemaPolicyError } from './fault.ts'
export { grantedPermissions, grantedRoles } from './granted.ts'
export { type IntrospectionOptions, introspectionPlugin } from './introspection-plugin.ts'
export { nullBlasts } from './null-blast.ts'
export type { AccessFunction, AccessQuestion, PolicyFunction } from './party.ts'
export { type BegunExecution, beginEvent, type Executable, type PreparedExecution } from './prepare-execution.ts'
export { schemaForRoles } from './schema-for-roles.ts'
export { assertSealed } from './seal.ts'
export { type RoleSet, smallestRoleSets } from './smallest-role-sets.ts'
export { directiveTypeDefs } from './type-defs.ts'
export type { Viewer } from './viewer.ts'
export { type Visibility, type VisibilityWay, visibility } from './visibility.ts'
