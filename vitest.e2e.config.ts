import { defineConfig, mergeConfig } from 'vitest/config'
import shared from './vitest.config.ts'

// A list would be merged with the one of the other tests: this one takes its place.
const { include: _, ...test } = shared.test ?? {}

/** The tests that need a browser: Chromium is not installed by npm, so they are no part of `npm test`. */
export default mergeConfig(
  { ...shared, test },
  defineConfig({
    test: {
      include: ['test/e2e/**/*.e2e.ts'],
      globalSetup: ['test/e2e/build-console.ts'],
      // One browser at a time: several take each other's time on a small machine.
      fileParallelism: false,
      testTimeout: 180_000,
      expect: { poll: { timeout: 15_000 } },
    },
  }),
)
