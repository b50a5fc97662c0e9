import type { GraphQLSchema } from 'graphql'
import { agreeOn, expectAccess, expectOwnerAccess, standingOfRoles } from './access-decision.ts'
import { type AccessCells, type AccessDecision, type AccessRow, type AccessRuleText, isBare } from './access-row.ts'
import type { Policy } from './compile.ts'
import { coordinatesOf } from './coordinates.ts'
import { locate } from './fault.ts'
import { printGrant, printRule } from './print-rule.ts'
import { readPolicy } from './read-policy.ts'
import type { Held } from './roles.ts'
import type { Requirement } from './rule.ts'
import { ruleType } from './type-defs.ts'

/**
 * Decides every coordinate of a schema for anonymous viewers and for each role: viewers without scopes, for whom
 * `maxAge` is a condition. A field's cell counts the rules of its type, an argument's those of its field too; the cell
 * of an interface's field is what its implementers agree on, else conditional. Arguments and input fields without
 * rules are not in it.
 *
 * @throws SchemaPolicyError for a schema that was not authorized and could not be
 */
export function accessMatrix(schema: GraphQLSchema): Record<string, AccessCells> {
  const rows = accessRows(schema).filter((row) => row.kind !== 'role' && row.kind !== 'type' && !isBare(row))
  return Object.fromEntries(rows.map(({ coordinate, cells }) => [coordinate, cells]))
}

/**
 * Gives the access matrix with its rules, sorted by coordinate. Beside what {@link accessMatrix} gives it has rows for
 * roles and types, and bare ones.
 *
 * @throws SchemaPolicyError for a schema that was not authorized and could not be
 */
export function accessRows(schema: GraphQLSchema): AccessRow[] {
  const policy = readPolicy(schema)
  const { grants } = policy
  const decider = createDecider(policy)
  const rows: AccessRow[] = grants.names.map((role) => {
    const coordinate = `Role.${role}`
    const text = printGrant(role, grants.of([role]))
    return {
      coordinate,
      kind: 'role',
      cells: {},
      owner: null,
      rules: [{ text, coordinate, location: null, cells: {} }],
    }
  })
  for (const { coordinate, kind, typeName, ways } of coordinatesOf(schema, policy)) {
    if (typeName === ruleType) continue
    rows.push({ coordinate, kind, ...decider.decide(ways), rules: tellRules(coordinate, policy, decider.cellsOf) })
  }
  return rows.sort((one, other) => (one.coordinate < other.coordinate ? -1 : 1))
}

function createDecider({ grants }: Policy) {
  const roles = grants.names.map((name) => ({
    name,
    held: grants.of([name]),
    standing: standingOfRoles([name], grants),
  }))
  const viewers = [{ name: 'anonymous', standing: standingOfRoles(null, grants) }, ...roles]
  const leastFirst = roles.toSorted((one, other) => weigh(one.held) - weigh(other.held))

  const cellsOf = (ways: readonly Requirement[]) => {
    const cells: Record<string, AccessDecision> = {}
    for (const { name, standing } of viewers) cells[name] = agreeOn(ways.map((way) => expectAccess(way, standing)))
    return cells
  }
  const decide = (ways: readonly Requirement[]): Pick<AccessRow, 'cells' | 'owner'> => {
    const cells = cellsOf(ways)
    const least = leastFirst.find(({ name }) => cells[name] === 'conditional')
    if (!least) return { cells, owner: null }
    const owned = ways.map((way) => expectOwnerAccess(way, least.standing))
    const isAsked = owned.some((decision) => decision !== null)
    const outcomes = ways.map((way, index) => owned[index] ?? expectAccess(way, least.standing))
    return { cells, owner: isAsked ? agreeOn(outcomes) : null }
  }
  return { cellsOf, decide }
}

function weigh({ roles, permissions }: Held): number {
  return roles.size + permissions.size
}

function tellRules(
  coordinate: string,
  { requirements, open, signsIn }: Policy,
  cellsOf: (ways: readonly Requirement[]) => AccessCells,
): AccessRuleText[] {
  const marks = [...(open.has(coordinate) ? ['@public'] : []), ...(signsIn.has(coordinate) ? ['@signsIn'] : [])].map(
    (text) => ({ text, coordinate, location: null, cells: cellsOf([[]]) }),
  )
  const rules = (requirements.get(coordinate) ?? [])
    .filter(({ any }) => any.every((way) => way.length > 0))
    .map((rule) => ({
      text: printRule(rule),
      coordinate: rule.source.coordinate,
      location: locate(rule.source.node),
      cells: cellsOf([[rule]]),
    }))
  return [...marks, ...rules].sort((one, other) => (one.text < other.text ? -1 : 1))
}
