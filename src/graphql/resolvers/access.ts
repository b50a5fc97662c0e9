import { assignRole } from '../../access/assign-role.ts'
import { withdrawRole } from '../../access/withdraw-role.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { describeAccessMatrix } from '../access-matrix.ts'
import { originOf } from '../context.ts'
import { explainAccess } from '../explain-access.ts'

export const accessResolvers: Resolvers = {
  Query: {
    accessMatrix: (_, __, ___, { schema }) => describeAccessMatrix(schema),
    explainAccess: (_, operation, { application }, { schema }) =>
      explainAccess(schema, operation, application.identity.clock.now()),
  },

  Mutation: {
    assignRole: (_, assignment, context) => assignRole(context.application.access, assignment, originOf(context)),
    withdrawRole: (_, assignment, context) => withdrawRole(context.application.access, assignment, originOf(context)),
  },
}
