import { parseArgs } from 'node:util'
import { purgeExpired } from '../identity/purge-expired.ts'
import type { AdminCommand } from './admin-command.ts'

/** Rows of a kind at a time: a running server never waits long to write. */
const batch = 500

/** `purge`. */
export const purgeCommand: AdminCommand = {
  synopsis: ['purge'],
  description: `Deletes what has expired: sessions that have been over and mails that have been settled for thirty days, one-time
secrets, throttle counters, audit events past AUDIT_RETENTION_DAYS. A running server does it too, a few rows a minute.

  npm run admin -- purge`,

  read(args) {
    parseArgs({ args })
    return async ({ application: { identity }, print }) => {
      const totals = new Map<string, number>()
      let counts: Map<string, number>
      do {
        counts = await purgeExpired(identity, batch)
        for (const [name, count] of counts) totals.set(name, (totals.get(name) ?? 0) + count)
      } while ([...counts.values()].some((count) => count === batch))
      print(`Deleted: ${[...totals].map(([name, count]) => `${count} ${name}`).join(', ')}.`)
    }
  },
}
