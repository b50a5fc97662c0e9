import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { findHalves, openLedger } from '../support/ledger.ts'
import { startServer } from '../support/server.ts'

/** A disk of its own, of eight megabytes: only root may have one. */
function mountSmallDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'gatehouse-faults', folder])
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true })
  })
  return folder
}

describe('a disk that is full', () => {
  it('fails writes whole and answers reads; writes go on when there is space again', async () => {
    const disk = mountSmallDisk()
    const path = join(disk, 'gatehouse.db')
    const server = await startServer({ env: { DATABASE_URL: `file:${path}`, TRUST_PROXY: '1' } })
    const client = createClient(server.url)
    dataOf(await client.login('member@example.com'))
    const ledger = openLedger()
    let over = false
    const enough = () => over
    const writers = [ledger.write(client, enough), ledger.write(client, enough), ledger.register(server.url, enough)]
    await expect.poll(() => ledger.counts.answered).toBeGreaterThan(20)

    // Somebody else's file takes all that is left.
    const filler = join(disk, 'filler')
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
    await expect.poll(() => ledger.counts.failed, { timeout: 30_000 }).toBeGreaterThan(50)
    expect(statfsSync(disk).bavail).toBe(0)
    const made = await client.execute('mutation { createDocument(title: "No room", body: "") { id } }')
    expect(made.body.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    expect(made.text).not.toMatch(/disk|full|sqlite/i)
    expect(dataOf(await client.execute(MeDocument)).me?.email).toBe('member@example.com')
    expect((await client.send('/health/ready')).status).toBe(200)

    rmSync(filler)
    const { answered } = ledger.counts
    await expect.poll(() => ledger.counts.answered, { timeout: 30_000 }).toBeGreaterThan(answered + 20)
    over = true
    await Promise.all(writers)
    expect(await ledger.findLost(client, path)).toEqual([])
    expect(findHalves(path)).toEqual([])
  })
})
