import { type FormEvent, type ReactNode, useRef } from 'react'
import { Form as AriaForm } from 'react-aria-components'
import type { Problem } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'

interface Props {
  /** The values of the fields by their names. */
  onSubmit(values: Record<string, string>): void | Promise<void>
  problem?: Problem | null
  children: ReactNode
  className?: string
  label?: string
}

/** A form whose problem stands at the field that it is about, or above the form where it is about none. */
export function Form({ onSubmit, problem = null, children, className = 'form', label }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entries = [...new FormData(event.currentTarget)]
    void onSubmit(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])))
  }
  // The last part of a path inside the argument, too: `filter.search` is about the field `search`.
  const field = problem?.argument?.split('.').at(-1)
  const isAboutField = field !== undefined && (form.current?.elements.namedItem(field) ?? null) !== null
  const errors = problem && isAboutField ? { [field]: problem.message } : {}
  return (
    <AriaForm ref={form} onSubmit={submit} validationErrors={errors} className={className} aria-label={label}>
      {problem && <ProblemNotice problem={problem} hidden={isAboutField} />}
      {children}
    </AriaForm>
  )
}
