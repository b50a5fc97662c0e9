import { useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { CompleteSecondFactorDocument, LoginDocument } from '../__generated__/sign-in.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { PageHeading } from '../components/page.tsx'
import { useSession } from '../session/session.tsx'

export default function SignInPage() {
  const { session, refresh } = useSession()
  const [search] = useSearchParams()
  const login = useAction(LoginDocument)
  const second = useAction(CompleteSecondFactorDocument)
  const [challenge, setChallenge] = useState<string | null>(null)
  if (session) return <Navigate to={search.get('from') ?? '/'} replace />

  return (
    <>
      <PageHeading title="Sign in" />
      {challenge === null ? (
        <Form
          problem={login.problem}
          onSubmit={async ({ email = '', password = '' }) => {
            const data = await login.run({ email, password })
            if (data?.login && 'challenge' in data.login) setChallenge(data.login.challenge)
            else if (data) await refresh()
          }}
        >
          <Field label="E-mail" name="email" type="email" autoComplete="username" isRequired />
          <Field label="Password" name="password" type="password" autoComplete="current-password" isRequired />
          <Button type="submit" look="primary" busy={login.busy}>
            Sign in
          </Button>
        </Form>
      ) : (
        <Form
          problem={second.problem}
          onSubmit={async ({ code = '' }) => {
            if (await second.run({ challenge, code })) await refresh()
          }}
        >
          <Field label="Code" name="code" autoComplete="one-time-code" isRequired />
          <Button type="submit" look="primary" busy={second.busy}>
            Go on
          </Button>
        </Form>
      )}
    </>
  )
}
