import { mergeConfig } from 'vitest/config'
import root from '../../../vitest.config.ts'

/** For tests that have to fail. */
export default mergeConfig({ ...root, test: {} }, { test: { include: ['test/testing/faulty/*.faulty.ts'] } })
