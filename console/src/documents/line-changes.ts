/** A line of a text that changed, or of what stands around the change. */
export interface LineChange {
  kind: 'same' | 'removed' | 'added' | 'skipped'
  text: string
}

/** Lines shown before and after a change. */
const around = 2
/** Comparing takes the product of both numbers of lines: beyond this all of the one gives way to all of the other. */
const mostSteps = 1_000_000

/** Gives what has to be done to a text to get another, line by line, with a little of what stays around it. */
export function lineChanges(before: string, after: string): LineChange[] {
  if (before === after) return []
  const old = before.split('\n')
  const now = after.split('\n')
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const same = (lines: string[]) => lines.map((text): LineChange => ({ kind: 'same', text }))
  return shorten([
    ...same(now.slice(0, start)),
    ...compare(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...same(now.slice(now.length - end)),
  ])
}

/** By the longest common subsequence. */
function compare(old: string[], now: string[]): LineChange[] {
  const removed = old.map((text): LineChange => ({ kind: 'removed', text }))
  const added = now.map((text): LineChange => ({ kind: 'added', text }))
  if (old.length * now.length > mostSteps) return [...removed, ...added]
  const width = now.length + 1
  /** At `i * width + j`: how many lines what follows `i` and `j` have in common. */
  const common = new Uint32Array((old.length + 1) * width)
  const commonAt = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === now[j] ? commonAt(i + 1, j + 1) + 1 : Math.max(commonAt(i + 1, j), commonAt(i, j + 1))

  const changes: LineChange[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      changes.push({ kind: 'same', text: now[j] ?? '' })
      i++
      j++
    } else if (i < old.length && (j === now.length || commonAt(i + 1, j) >= commonAt(i, j + 1))) {
      changes.push(...removed.slice(i, ++i))
    } else changes.push(...added.slice(j, ++j))
  }
  return changes
}

/** Leaves out what is far from every change. */
function shorten(changes: LineChange[]): LineChange[] {
  const kept = new Set(
    changes.flatMap(({ kind }, at) =>
      kind === 'same' ? [] : Array.from({ length: 2 * around + 1 }, (_, step) => at - around + step),
    ),
  )
  return changes.flatMap((change, at) => {
    if (kept.has(at)) return [change]
    return at === 0 || kept.has(at - 1) ? [{ kind: 'skipped', text: '…' } as const] : []
  })
}
