/** PostgreSQL's calendar begins in 4714 BC; nothing that happened is as old. */
const firstYear = -4712

/** Writes an instant as PostgreSQL reads it, to the millisecond: its years have no zero and no sign. */
export function printInstant(at: Date): string {
  const year = at.getUTCFullYear()
  if (year < firstYear) return '-infinity'
  const [, afterYear] = /^[+-]?\d+(-.+)Z$/.exec(at.toISOString()) ?? []
  return `${String(year > 0 ? year : 1 - year).padStart(4, '0')}${afterYear}+00${year > 0 ? '' : ' BC'}`
}

/** Reads what PostgreSQL writes of an instant in the years 1 to 9999, in any time zone. */
export function parseInstant(text: string): Date {
  return new Date(text)
}
