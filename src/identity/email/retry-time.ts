/** Seconds to wait after the 1st, 2nd, … attempt: a day and a half in all, then a mail is given up. */
const waits = [30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 57_600]

/** Tells when a mail may be tried again after so many attempts, or null when it is to be given up. */
export function retryTime(attempts: number, now: Date): Date | null {
  const wait = waits[attempts - 1]
  return wait === undefined ? null : new Date(now.getTime() + wait * 1000)
}
