import { describe, expect, it } from 'vitest'

describe('the runtime', () => {
  it('is the Node.js that package.json pins', () => {
    const major = Number(process.versions.node.split('.')[0])
    expect(major, 'run through npm scripts after `npm ci`: they put node_modules/.bin/node (24) first on PATH').toBe(24)
  })
})
