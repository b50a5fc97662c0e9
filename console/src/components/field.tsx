import type { ReactNode } from 'react'
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from 'react-aria-components'

interface Props extends Omit<TextFieldProps, 'children' | 'className' | 'style'> {
  label: string
  /** As the operation calls its argument: what the server says of it is shown here. */
  name: string
  hint?: ReactNode
  placeholder?: string
  /** Lines of a longer text. */
  rows?: number
}

/** A line, or some lines, of text with a label; what is wrong with it stands below and is read out. */
export function Field({ label, hint, placeholder, rows, ...props }: Props) {
  return (
    <TextField {...props} className="field">
      <Label>{label}</Label>
      {rows ? <TextArea rows={rows} placeholder={placeholder} /> : <Input placeholder={placeholder} />}
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error" />
    </TextField>
  )
}

interface SelectProps {
  label: string
  name: string
  value?: string
  defaultValue?: string
  onChange?(value: string): void
  options: readonly { value: string; label: string }[]
  isDisabled?: boolean
}

/** The browser's own list of choices, which every phone and screen reader knows. */
export function SelectField({ label, name, value, defaultValue, onChange, options, isDisabled }: SelectProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <select
        name={name}
        value={value}
        defaultValue={defaultValue}
        disabled={isDisabled}
        onChange={(event) => onChange?.(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}

interface CheckboxFieldProps extends Omit<CheckboxProps, 'children' | 'className' | 'style'> {
  label: string
  hint?: string
}

export function CheckboxField({ label, hint, ...props }: CheckboxFieldProps) {
  return (
    <AriaCheckbox {...props} className="checkbox">
      <span className="box" aria-hidden="true" />
      <span>
        {label}
        {hint && <span className="hint">{hint}</span>}
      </span>
    </AriaCheckbox>
  )
}
