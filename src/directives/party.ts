import {
  type Awaitable,
  type Decision,
  decideByData,
  decideStatically,
  error,
  type Item,
  isResidue,
  type Oracle,
  type Residue,
} from './decide.ts'
import { type Decisions, isTimeless } from './decisions.ts'
import type { Requirement } from './rule.ts'
import type { Standing, Viewer } from './viewer.ts'

/** Whether there is access to each of several objects of one type. */
export interface AccessQuestion {
  /** The type's name. */
  resource: string
  level: string
  ids: readonly string[]
}

/** Answers for one resource and level: one boolean an id, in order. */
export type AccessFunction = (viewer: Viewer, question: AccessQuestion) => Awaitable<readonly boolean[]>

/** An application's own rule: one answer an item, in order. */
export type PolicyFunction = (
  viewer: Viewer | null,
  items: readonly Item[],
) => Awaitable<readonly (boolean | { allow: boolean; reason?: string })[]>

/** What the host answers with, and where its failures go. */
export interface Answers {
  access: AccessFunction | undefined
  policies: Readonly<Record<string, PolicyFunction>>
  onError(cause: unknown, asked: string): void
}

/** A viewer within one execution: decides for it, and remembers what it was told. */
export interface Party {
  standing: Standing
  /** What was decided for all that stand alike, by which more can be remembered of them; null where nothing can. */
  decided: Decisions | null
  /** What the viewer alone decides of a requirement, or what is left to ask. */
  statically(requirement: Requirement): Decision | Residue
  /** The decision on one object; a promise only where the host must be asked. */
  decide(requirement: Requirement, item: Item): Awaitable<Decision>
  /** Gives what takes an answer of the host's that was not asked for: access to each of the ids. Good until {@link forget}. */
  memory(): (access: AccessQuestion) => void
  /** Forgets what the host answered: a mutation may have changed it. */
  forget(): void
}

export function createParty(standing: Standing, answers: Answers, decided: Decisions | null = null): Party {
  return new KnownParty(standing, answers, decided)
}

/** A class for speed's sake: every request makes one, and most need one of its methods. */
class KnownParty implements Party {
  readonly standing: Standing
  readonly decided: Decisions | null
  readonly #answers: Answers
  #passing: Map<Requirement, Decision | Residue> | null = null
  #oracle: RememberingOracle | null = null

  constructor(standing: Standing, answers: Answers, decided: Decisions | null) {
    this.standing = standing
    this.decided = decided
    this.#answers = answers
  }

  statically(requirement: Requirement): Decision | Residue {
    const known = this.decided?.get(requirement) ?? this.#passing?.get(requirement)
    if (known !== undefined) return known
    const outcome = decideStatically(requirement, this.standing)
    if (this.decided !== null && isTimeless(requirement)) this.decided.set(requirement, outcome)
    else {
      this.#passing ??= new Map()
      this.#passing.set(requirement, outcome)
    }
    return outcome
  }

  decide(requirement: Requirement, item: Item): Awaitable<Decision> {
    const outcome = this.statically(requirement)
    if (!isResidue(outcome)) return outcome
    this.#oracle ??= createOracle(this.standing, this.#answers)
    try {
      return decideByData(outcome, item, this.standing, this.#oracle)
    } catch (cause) {
      // A getter on a rule's path.
      this.#answers.onError(cause, outcome[0]?.source.coordinate ?? '')
      return error
    }
  }

  memory(): (access: AccessQuestion) => void {
    this.#oracle ??= createOracle(this.standing, this.#answers)
    return this.#oracle.remember
  }

  forget(): void {
    this.#oracle = null
  }
}

interface RememberingOracle extends Oracle {
  remember(access: AccessQuestion): void
}

/** Asks the host in batches: what falls due in one tick goes in one call, and an id is asked once. */
function createOracle(standing: Standing, { access, policies, onError }: Answers): RememberingOracle {
  const asked = new Map<string, Awaitable<boolean | null>>()
  const batches = new Map<string, (input: never) => Promise<boolean | null>>()

  const batchFor = <Input>(
    key: string,
    ask: (inputs: readonly Input[]) => unknown,
  ): ((input: Input) => Promise<boolean | null>) => {
    const known = batches.get(key)
    if (known) return known as (input: Input) => Promise<boolean | null>
    const batch = createBatch(ask, (cause) => onError(cause, key))
    batches.set(key, batch as (input: never) => Promise<boolean | null>)
    return batch
  }

  return {
    remember(access) {
      const key = keyOf(access)
      for (const id of access.ids) asked.set(`${key} ${id}`, true)
    },
    access({ level, resource }, id) {
      const key = keyOf({ level, resource })
      const question = `${key} ${id}`
      const known = asked.get(question)
      if (known !== undefined) return known
      const answer = batchFor<string>(key, (ids) => {
        if (!access || !standing.viewer) throw new TypeError('options.access was needed and there is none')
        return access(standing.viewer, { resource, level, ids })
      })(id)
      asked.set(question, answer)
      // Once known the answer needs no promise: later askers stay synchronous.
      answer.then((value) => asked.set(question, value))
      return answer
    },
    policy(name, item) {
      return batchFor<Item>(`policy ${name}`, (items) => {
        const policy = policies[name]
        if (!policy) throw new TypeError(`there is no policy "${name}"`)
        return policy(standing.viewer, items)
      })(item)
    },
  }
}

function keyOf({ level, resource }: Omit<AccessQuestion, 'ids'>): string {
  return `${level} access to ${resource}`
}

function createBatch<Input>(ask: (inputs: readonly Input[]) => unknown, onError: (cause: unknown) => void) {
  let queue: { input: Input; settle: (answer: boolean | null) => void }[] = []

  const flush = async () => {
    const due = queue
    queue = []
    try {
      const answers = await ask(due.map(({ input }) => input))
      const verdicts = readAnswers(answers, due.length)
      for (const [index, { settle }] of due.entries()) settle(verdicts[index] ?? null)
    } catch (cause) {
      onError(cause)
      for (const { settle } of due) settle(null)
    }
  }
  return (input: Input): Promise<boolean | null> =>
    new Promise((settle) => {
      // After the promise jobs of this tick, so that all that they bring forth is asked with it.
      if (queue.length === 0) Promise.resolve().then(() => process.nextTick(flush))
      queue.push({ input, settle })
    })
}

/** Anything but one decision an item is an error for all of them. */
function readAnswers(answers: unknown, length: number): boolean[] {
  if (!Array.isArray(answers) || answers.length !== length) {
    throw new TypeError(`expected ${length} decisions, got ${Array.isArray(answers) ? answers.length : typeof answers}`)
  }
  return Array.from(answers, (answer: unknown) => {
    const verdict = typeof answer === 'object' && answer !== null ? (answer as { allow?: unknown }).allow : answer
    if (typeof verdict !== 'boolean')
      throw new TypeError('a decision must be a boolean, or an object with a boolean "allow"')
    return verdict
  })
}

/** A party of whom nothing is known because finding out failed: every rule comes to an error. */
export function createUnknownParty(standing: Standing): Party {
  return { standing, decided: null, statically: () => error, decide: () => error, memory: () => () => {}, forget() {} }
}
