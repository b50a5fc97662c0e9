import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { GraphQLError } from 'graphql'
import { compareEngines, type Outcome, randomSubject } from './differential.ts'
import { createDraw } from './draw.ts'
import { regressions } from './regressions.ts'

const usage = `Usage: npm run fuzz -- [--cases <number>] [--seed <number>] [--path <path>]

Compares the plan with the reference on random schemas, data, operations and viewers.
--cases  how many, 20000 unless told
--seed   the first case's seed, at random unless told; printed with the result
--path   with --seed: runs the one failing case that an earlier run named`

const operationsPerSchema = 10
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.cases)
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(values.seed)

// graphql-js 16 leaves a list's other promises alone once an item of a non-null type has failed.
process.on('unhandledRejection', (cause) => {
  if (!(cause instanceof GraphQLError)) throw cause
})

const outcomes: Record<Outcome, number> = { same: 0, refused: 0, invalid: 0 }
const property = fc.asyncProperty(fc.gen(), async (generate) => {
  const draw = createDraw(generate)
  const subject = randomSubject(draw)
  for (let each = 0; each < operationsPerSchema; each++) outcomes[await compareEngines(subject, draw)]++
})

if (values.help || !Number.isInteger(wanted) || wanted < 1 || !Number.isInteger(seed)) {
  console.log(usage)
  process.exitCode = values.help ? 0 : 2
} else {
  for (const { seed, path } of regressions) await fc.assert(property, { numRuns: 1, seed, path, endOnFailure: true })
  if (values.path !== undefined) await fc.assert(property, { numRuns: 1, seed, path: values.path, endOnFailure: true })
  let round = 0
  while (values.path === undefined && outcomes.same + outcomes.refused < wanted) {
    const missing = wanted - outcomes.same - outcomes.refused
    const numRuns = Math.min(100, Math.ceil(missing / operationsPerSchema))
    await fc.assert(property, { numRuns, seed: seed + round++, endOnFailure: true })
  }
  const { same, refused, invalid } = outcomes
  console.log(
    JSON.stringify({
      cases: same + refused,
      same,
      refused,
      invalid,
      differences: 0,
      seeds: [seed, seed + Math.max(0, round - 1)],
    }),
  )
}
