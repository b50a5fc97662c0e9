import { defineConfig, mergeConfig } from 'vitest/config'
import shared from './vitest.config.ts'

// A list would be merged with the one of the other tests: this one takes its place.
const { include: _, ...test } = shared.test ?? {}

/** Of HTTP what writes, or sends what is hard to keep: not what puts something into the SQLite file itself. */
const journeys = [
  'accounts',
  'administration',
  'api-tokens',
  'documents',
  'email',
  'guessing',
  'hostile-input',
  'login-providers',
  'metrics',
  'notices',
  'passkeys',
  'registration-by-mail',
  'second-factors',
  'session',
  'session-changes',
  'sign-in',
  'traces',
]

/** The tests that need a PostgreSQL server, and the journeys over HTTP that `npm test` makes on SQLite. */
export default mergeConfig(
  { ...shared, test },
  defineConfig({
    test: {
      include: ['test/postgresql/**/*.postgresql.ts', ...journeys.map((name) => `test/http/${name}.test.ts`)],
      globalSetup: ['test/support/postgresql-template.ts'],
      env: { TEST_DATABASE: 'postgresql' },
    },
  }),
)
