import type { GraphQLSchema } from 'graphql'
import {
  type AccessCells,
  type AccessDecision,
  type AccessEntry,
  type AccessRow,
  type AccessRuleText,
  accessRows,
  isBare,
  lockEntries,
} from '../directives/index.ts'
import { type Role, roles } from '../identity/user.ts'
import type {
  AccessLockEntry,
  AccessMatrix,
  AccessMatrixRow,
  AccessMatrixRule,
  AccessDecision as Decision,
} from './__generated__/resolvers.ts'

const decisions: Record<AccessDecision, Decision> = { allow: 'ALLOW', deny: 'DENY', conditional: 'CONDITIONAL' }

/** Puts the access matrix of a schema into the words of its own `type AccessMatrix`. */
export function describeAccessMatrix(schema: GraphQLSchema): AccessMatrix {
  const rows = accessRows(schema)
  const ofTypes = new Map(rows.filter(({ kind }) => kind === 'type').map((row) => [row.coordinate, row.rules]))
  const elements = rows.filter((row) => row.kind !== 'role' && row.kind !== 'type' && !isBare(row))
  return {
    roles: [...roles],
    rows: elements.map((row) => describeRow(row, ofTypes.get(typeOf(row)) ?? [])),
    lockEntries: lockEntries(rows).map(describeEntry),
  }
}

function describeEntry({ coordinate, cells, rules, isBare = false }: AccessEntry): AccessLockEntry {
  const isRole = Object.keys(cells).length === 0
  const told = isRole ? { anonymous: null, cells: [] } : describeCells(cells)
  return { coordinate, ...told, rules, bare: isBare }
}

function describeRow({ coordinate, cells, owner, rules }: AccessRow, typeRules: AccessRow['rules']): AccessMatrixRow {
  return {
    coordinate,
    ...describeCells(cells),
    owner: owner && decisions[owner],
    rules: rules.map(describeRule),
    typeRules: typeRules.map(describeRule),
  }
}

function describeRule({ cells, ...rule }: AccessRuleText): AccessMatrixRule {
  return { ...rule, ...describeCells(cells) }
}

export function describeCells(cells: AccessCells) {
  return {
    anonymous: decisionFor('anonymous', cells),
    cells: roles.map((role) => ({ role, decision: decisionFor(role, cells) })),
  }
}

function decisionFor(viewer: Role | 'anonymous', cells: AccessRow['cells']): Decision {
  return decisions[cells[viewer] ?? 'deny']
}

function typeOf({ coordinate }: AccessRow): string {
  return coordinate.slice(0, coordinate.indexOf('.'))
}
