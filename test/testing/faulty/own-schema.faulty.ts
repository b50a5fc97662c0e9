import { isObjectType } from 'graphql'
import { authorizeSchema } from '../../../src/directives/index.ts'
import { createExecutableSchema } from '../../../src/graphql/schema.ts'
import { describeAccess } from '../../../src/testing/index.ts'

describeAccess(createExecutableSchema(), {
  authorize(schema, host) {
    const authorized = authorizeSchema(schema, host)
    const [bare, guarded] = [schema, authorized].map((from) => {
      const user = from.getType('User')
      return isObjectType(user) ? user.getFields().email : undefined
    })
    // What a plugin could do that wraps resolvers after the rules.
    if (bare && guarded) guarded.resolve = bare.resolve
    return authorized
  },
})
