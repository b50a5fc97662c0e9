import { useState } from 'react'
import { Navigate } from 'react-router'
import { RegisterDocument } from '../__generated__/sign-in.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { useSession } from '../session/session.tsx'
import { Frame, useFrom, WayLink } from './frame.tsx'
import { NewPasswordField } from './new-password-field.tsx'

export default function RegisterPage() {
  const { session, refresh } = useSession()
  const from = useFrom()
  const register = useAction(RegisterDocument)
  const [mailed, setMailed] = useState<string | null>(null)
  if (session) return <Navigate to={from} replace />
  if (mailed !== null)
    return (
      <Frame title="Look into your mail">
        <p>
          A mail is on its way to <strong>{mailed}</strong>. Open the link in it to make the account, then sign in here.
        </p>
        <WayLink to="/sign-in">Go to the sign-in</WayLink>
      </Frame>
    )
  return (
    <Frame
      title="Register"
      below={
        <p>
          There is an account already? <WayLink to="/sign-in">Sign in</WayLink>
        </p>
      }
    >
      <Form
        problem={register.problem}
        className="form wide-button"
        onSubmit={async ({ name = '', email = '', password = '' }) => {
          const data = await register.run({ name, email, password })
          if (data?.register) await refresh()
          // Where addresses have to be proved first, nobody is signed in yet.
          else if (data) setMailed(email)
        }}
      >
        <Field label="Name" name="name" autoComplete="name" hint="What others see of you." isRequired />
        <Field label="E-mail" name="email" type="email" autoComplete="username" isRequired />
        <NewPasswordField name="password" />
        <Button type="submit" look="primary" busy={register.busy}>
          Register
        </Button>
      </Form>
    </Frame>
  )
}
