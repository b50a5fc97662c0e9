import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql'

/** Refuses operations of a kind that the schema has none of; graphql-js finds out only when it executes them. */
export function rootTypeRule(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema()
  return {
    OperationDefinition(node) {
      if (schema.getRootType(node.operation)) return
      context.reportError(new GraphQLError(`There is no ${node.operation} in this schema`, { nodes: node }))
    },
  }
}
