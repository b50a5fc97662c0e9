import { cpus, totalmem } from 'node:os'

/** Something that `npm run bench` measures: a section of `results.md`, which it renews whole. */
export interface Suite {
  /** The section's heading. */
  title: string
  /**
   * Gives what was found, as Markdown.
   *
   * @param rounds - how often each thing is measured; as often as the suite finds right when left out
   */
  measure(rounds?: number): Promise<string>
}

/** What the figures depend on beside the code: each section says so for itself, since each is renewed for itself. */
export function describeMachine(versions: readonly string[] = []): string {
  const [cpu] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${gigabytes} GB`
  return `${[`Node ${process.version}`, ...versions].join(', ')}; ${machine}; ${new Date().toISOString().slice(0, 10)}.`
}

export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // The first column says what, the others how much.
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
