import { makeArguments, type Place } from './input-values.ts'
import { type RuleReading, rulesOfGiven } from './rule-reading.ts'
import { dataPaths, type RuleText } from './rule-text.ts'
import type { HopArguments } from './way.ts'
import { idAt, poleOfArguments, type Trial, viewerAt } from './world.ts'

/** Makes the arguments of every field on the way of a trial. */
export function argumentsOfHops(
  trial: Trial,
  rules: RuleReading,
  scalars: Readonly<Record<string, unknown>>,
): HopArguments {
  const { hops, provision } = trial.way
  return hops.map(({ type, field }, index) => {
    if (!field) return {}
    const recipe = {
      idAt: (place: Place) =>
        idAt(poleOfArguments(trial, index), viewerAt(trial, rules, index), ['args', ...place].join('.')),
      provision: index === hops.length - 1 ? provision : undefined,
      scalars,
    }
    const make = (read: readonly RuleText[]) =>
      makeArguments(`${type.name}.${field.name}`, field.args, { ...recipe, readings: placesOf(read) })
    const ofField = rules.ofField(type.name, field.name)
    // What is given may bear rules of its own, and those may read other arguments.
    return make([...ofField, ...rulesOfGiven(rules, type.name, field, make(ofField))])
  })
}

function placesOf(rules: readonly RuleText[]): Place[] {
  return dataPaths(rules)
    .filter((path) => path.startsWith('args.'))
    .map((path) => path.split('.').slice(1))
}
