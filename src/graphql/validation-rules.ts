import { conditionalRootRule } from './conditional-root-rule.ts'
import { limitsRule } from './limits.ts'
import { rootTypeRule } from './root-type-rule.ts'

/** What an operation is held to besides the rules of the specification. */
export const validationRules = [conditionalRootRule, rootTypeRule, limitsRule]
