import { Field } from '../components/field.tsx'

export function NewPasswordField({ name, label = 'Password' }: { name: string; label?: string }) {
  return (
    <Field
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      hint="A short sentence is a good one: 15 characters or more, not your name, not a common one."
      isRequired
    />
  )
}
