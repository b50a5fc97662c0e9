import { Field, SelectField } from './field.tsx'
import { wordsOf } from './words.ts'

interface Props {
  label: string
  name: string
  /** The values of an enum, as the server tells them; none where it tells nobody its schema. */
  values: readonly { name: string }[]
}

/** One of an enum's values: to be chosen, or typed where the server does not tell which there are. */
export function ChoiceField({ label, name, values }: Props) {
  if (values.length === 0) return <Field label={label} name={name} hint={untold} autoComplete="off" isRequired />
  const options = values.map((value) => ({ value: value.name, label: wordsOf(value.name) }))
  return <SelectField label={label} name={name} options={options} />
}

/** Why there is something to type, and not to choose. */
export const untold =
  'This server tells nobody its schema, so there is nothing to choose from: type the name that the schema has for it.'
