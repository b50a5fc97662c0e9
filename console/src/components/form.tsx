import { type FormEvent, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { Form as AriaForm } from 'react-aria-components'
import type { Problem } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'

interface Props {
  /** Gets the values of the fields by their names. */
  onSubmit(values: Record<string, string>, form: HTMLFormElement): void | Promise<void>
  problem?: Problem | null
  children: ReactNode
  className?: string
  label?: string
}

/** A form whose problem stands at the field that it is about, or above the form where it is about none. */
export function Form({ onSubmit, problem = null, children, className = 'form', label }: Props) {
  const form = useRef<HTMLFormElement>(null)
  /** Once at a time, however often Enter is pressed. */
  const sending = useRef(false)
  useEffect(() => {
    // What is wrong with a field is looked at again while it is typed in, and not when it is left: a message that went
    // then would move the button away from under the pointer.
    const lookAgain = ({ target }: Event) => {
      if (!(target instanceof Element) || !form.current?.contains(target)) return
      if (target.getAttribute('aria-invalid') === 'true') target.dispatchEvent(new Event('change'))
    }
    // Beyond the root, where React has seen the event before.
    document.addEventListener('input', lookAgain)
    return () => document.removeEventListener('input', lookAgain)
  }, [])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (sending.current) return
    sending.current = true
    const entries = [...new FormData(event.currentTarget)]
    const values = Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
    void Promise.resolve(onSubmit(values, event.currentTarget)).finally(() => {
      sending.current = false
    })
  }
  // The last part of a path inside the argument, too: `filter.search` is about the field `search`.
  const field = problem?.argument?.split('.').at(-1)
  const isAboutField = field !== undefined && (form.current?.elements.namedItem(field) ?? null) !== null
  // The same object until there is another problem: fields take a new one for a new error, and keep the form from being sent.
  const errors = useMemo(
    () => (problem && field && isAboutField ? { [field]: problem.message } : {}),
    [problem, field, isAboutField],
  )
  return (
    <AriaForm ref={form} onSubmit={submit} validationErrors={errors} className={className} aria-label={label}>
      {problem && <ProblemNotice problem={problem} hidden={isAboutField} />}
      {children}
    </AriaForm>
  )
}
