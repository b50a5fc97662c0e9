import { useState } from 'react'
import { LoginWithCodeDocument, RequestLoginCodeDocument } from '../__generated__/login-code.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'

interface Props {
  onSignedIn(challenge: string | null): void
  onRestart(): void
}

/** Signs in by a code that is mailed to the address. */
export function LoginCodeForm({ onSignedIn, onRestart }: Props) {
  const [email, setEmail] = useState<string | null>(null)
  const request = useAction(RequestLoginCodeDocument)
  const login = useAction(LoginWithCodeDocument)
  return (
    <>
      {email === null ? (
        <Form
          key="address"
          problem={request.problem}
          className="form wide-button"
          onSubmit={async ({ email = '' }) => {
            if (await request.run({ email })) setEmail(email)
          }}
        >
          <p>A mail brings you a code, which is good for ten minutes in this browser.</p>
          <Field label="E-mail" name="email" type="email" autoComplete="username" autoFocus isRequired />
          <Button type="submit" look="primary" busy={request.busy}>
            Mail me a code
          </Button>
        </Form>
      ) : (
        <Form
          key="code"
          problem={login.problem}
          className="form wide-button"
          onSubmit={async ({ code = '' }) => {
            const data = await login.run({ email, code: code.trim() })
            if (data?.loginWithCode) onSignedIn('challenge' in data.loginWithCode ? data.loginWithCode.challenge : null)
          }}
        >
          <p>
            If <strong>{email}</strong> has an account, a code is on its way there.
          </p>
          <Field
            label="Code from the mail"
            name="code"
            autoComplete="one-time-code"
            inputMode="numeric"
            autoFocus
            isRequired
          />
          <Button type="submit" look="primary" busy={login.busy}>
            Sign in
          </Button>
        </Form>
      )}
      <Button look="quiet" onPress={onRestart}>
        Sign in another way
      </Button>
    </>
  )
}
