import type { GraphQLSchema } from 'graphql'
import { compile, type Policy } from './compile.ts'
import { SchemaPolicyError } from './fault.ts'
import { findPolicy } from './seal.ts'

/** Takes the host at its word: whoever only reads rules needs nobody to decide them. */
const anyAbility = { access: true, policies: { includes: () => true } }

/**
 * Gives the rules of a schema for tools that read them: of an authorized schema those that it enforces, of any other
 * those of its SDL. Does not find faults that hang on the options of `authorizeSchema`.
 *
 * @throws SchemaPolicyError with every fault of the SDL
 */
export function readPolicy(schema: GraphQLSchema): Policy {
  const enforced = findPolicy(schema)
  if (enforced) return enforced
  const { policy, faults } = compile(schema, anyAbility)
  if (faults.length > 0) throw new SchemaPolicyError(faults)
  return policy
}
