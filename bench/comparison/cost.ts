import type { Library } from './library.ts'

/** What denying a thousand objects of one list comes to. */
export interface Cost {
  errors: number
  bytes: number
  /** Milliseconds of CPU, the median: denied, and the same operation allowed. */
  denied: number
  allowed: number
  /** Whether what is allowed beside a denied field is answered all the same. */
  keepsTheRest: boolean
}

const source = '{ thousand { id text } }'
const runs = 25
const warmUps = 10

export async function measureCost(library: Library): Promise<Cost> {
  const api = await library.open({ writes: 0, streams: 0 })
  const execute = (text: string, roles: readonly string[]) => api.execute({ source: text, roles })
  const measure = async (roles: readonly string[]) => {
    const times: number[] = []
    for (let run = 0; run < runs + warmUps; run++) {
      const before = process.cpuUsage()
      await execute(source, roles)
      const { user, system } = process.cpuUsage(before)
      if (run >= warmUps) times.push((user + system) / 1000)
    }
    return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN
  }
  const answer = await execute(source, ['MEMBER'])
  const beside = await execute('{ note { text } secret { text } }', ['MEMBER'])
  const cost = {
    errors: answer.errors?.length ?? 0,
    bytes: JSON.stringify({ data: answer.data, errors: answer.errors }).length,
    denied: await measure(['MEMBER']),
    allowed: await measure(['MEMBER', 'AUDITOR', 'ADMIN']),
    keepsTheRest: JSON.stringify(beside.data ?? null).includes('a note'),
  }
  await api.close?.()
  return cost
}
