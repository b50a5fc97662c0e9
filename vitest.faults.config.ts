import { defineConfig, mergeConfig } from 'vitest/config'
import shared from './vitest.config.ts'

// A list would be merged with the one of the other tests: this one takes its place.
const { include: _, ...test } = shared.test ?? {}

/** What happens to what was answered when something breaks; needs a PostgreSQL server, and programs to start others. */
export default mergeConfig(
  { ...shared, test },
  defineConfig({
    test: {
      include: ['test/faults/**/*.faults.ts'],
      globalSetup: ['test/support/postgresql-template.ts'],
      testTimeout: 1_800_000,
    },
  }),
)
