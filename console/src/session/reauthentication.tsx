import { useApolloClient, useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { LoginWithCodeDocument, RequestLoginCodeDocument } from '../__generated__/login-code.ts'
import { ProofsOfMineDocument, ReauthenticateDocument } from '../__generated__/session.ts'
import { type Problem, problemOf } from '../api/problem.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Loading } from '../components/page.tsx'
import { hasPasskeys, signInByPasskey } from './passkey.ts'
import { useSession } from './session.tsx'

/** Asks who one is anew: by the password and the second factor, a passkey, or a code that is mailed to the address. */
export function Reauthentication({ onDone }: { onDone(proved: boolean): void }) {
  const api = useApolloClient()
  const { refresh } = useSession()
  const { data, error } = useQuery(ProofsOfMineDocument, { fetchPolicy: 'no-cache' })
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [mailed, setMailed] = useState(false)
  const methods = data?.me?.authenticators?.map(({ method }) => method) ?? []
  const hasApp = methods.includes('TOTP')
  const email = data?.me?.email ?? ''

  const attempt = async (work: () => Promise<Problem | null>) => {
    setBusy(true)
    setProblem(null)
    const found = await work().catch((error: unknown) => explain(problemOf(error)))
    setBusy(false)
    setProblem(found)
    if (found) return
    await refresh()
    onDone(true)
  }
  const context = { proves: true }
  const byPassword = ({ password, code }: Record<string, string>) =>
    attempt(async () => {
      const variables = { password: password || null, code: code || null }
      await api.mutate({ mutation: ReauthenticateDocument, variables, context })
      return null
    })
  const byCode = ({ code = '' }: Record<string, string>) =>
    attempt(async () => {
      await api.mutate({ mutation: LoginWithCodeDocument, variables: { email, code }, context })
      return null
    })
  const sendCode = async () => {
    setProblem(null)
    await api.mutate({ mutation: RequestLoginCodeDocument, variables: { email }, context }).then(
      () => setMailed(true),
      (error) => setProblem(problemOf(error)),
    )
  }

  return (
    <Dialog title="Is it still you?" onClose={() => onDone(false)}>
      <p>What you are about to do takes a recent sign-in. It goes on by itself afterwards.</p>
      {!data && !error && <Loading />}
      {mailed ? (
        <Form key="code" onSubmit={byCode} problem={problem}>
          <p>A code is on its way to {email}.</p>
          <Field
            label="Code from the mail"
            name="code"
            autoComplete="one-time-code"
            inputMode="numeric"
            isRequired
            autoFocus
          />
          <Button type="submit" look="primary" busy={busy}>
            Go on
          </Button>
        </Form>
      ) : (
        <Form key="password" onSubmit={byPassword} problem={problem ?? (error ? problemOf(error) : null)}>
          <Field label="Password" name="password" type="password" autoComplete="current-password" autoFocus />
          {hasApp && (
            <Field
              label="Code"
              name="code"
              autoComplete="one-time-code"
              hint="From your authenticator app, or a recovery code."
            />
          )}
          <Button type="submit" look="primary" busy={busy}>
            Go on
          </Button>
        </Form>
      )}
      <div className="buttons">
        {hasPasskeys && methods.includes('PASSKEY') && (
          <Button onPress={() => attempt(() => signInByPasskey(api))}>Use a passkey</Button>
        )}
        {!hasApp && !mailed && email && <Button onPress={sendCode}>Mail me a code</Button>}
        <Button look="quiet" onPress={() => onDone(false)}>
          Cancel
        </Button>
      </div>
    </Dialog>
  )
}

/** The server asks for what the account has of a password and an app: one that has neither takes another way. */
function explain(problem: Problem): Problem {
  if (problem.code !== 'REAUTHENTICATION_REQUIRED') return problem
  return { ...problem, message: 'This account has no password. Take one of the other ways below.' }
}
