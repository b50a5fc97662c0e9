import type { GraphQLFieldResolver } from 'graphql'
import { GatehouseError } from '../errors.ts'
import type { Context } from './context.ts'

/** Told what became of each attempt to prove who somebody is: by the field that was asked, never who it was. */
export type OnSignIn = (ceremony: string, outcome: string) => void

type Resolver = GraphQLFieldResolver<unknown, Context>

/** Gives the resolver of such a field, whose outcomes are told. */
export function tellOutcome(ceremony: string, resolve: Resolver, onSignIn: OnSignIn): Resolver {
  return async (object, args, context, info) => {
    try {
      const result = await resolve(object, args, context, info)
      onSignIn(ceremony, outcomeOf(result))
      return result
    } catch (error) {
      onSignIn(ceremony, outcomeOfFailure(error))
      throw error
    }
  }
}

export function outcomeOfFailure(error: unknown): string {
  return error instanceof GatehouseError ? error.code : 'INTERNAL_SERVER_ERROR'
}

/** Null is what a registration by mail gives, whoever it is for. */
function outcomeOf(result: unknown): string {
  if (result === null || result === undefined) return 'ACCEPTED'
  return typeof result === 'object' && 'challenge' in result ? 'SECOND_FACTOR_REQUIRED' : 'OK'
}
