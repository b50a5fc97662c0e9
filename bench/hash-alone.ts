import { createPasswordHasher } from '../src/identity/password/hash.ts'

/** Hashes one password after another, as a server does that lets one in at a time, by its priority, and does nothing else. */

const hasher = createPasswordHasher({ memory: 19_456, iterations: 2, parallelism: 1, concurrency: 1, queue: 0 })
// Whoever measures is gone.
process.on('disconnect', () => process.exit())
process.send?.('ready')
for (;;) await hasher.verify(hasher.dummyHash, 'a password')
