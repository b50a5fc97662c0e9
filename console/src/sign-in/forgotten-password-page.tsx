import { useState } from 'react'
import { RequestPasswordResetDocument } from '../__generated__/sign-in.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Frame, WayLink } from './frame.tsx'

export default function ForgottenPasswordPage() {
  const request = useAction(RequestPasswordResetDocument)
  const [mailed, setMailed] = useState<string | null>(null)
  return (
    <Frame title="Forgotten password" below={<WayLink to="/sign-in">Back to the sign-in</WayLink>}>
      {mailed === null ? (
        <Form
          problem={request.problem}
          className="form wide-button"
          onSubmit={async ({ email = '' }) => {
            if (await request.run({ email })) setMailed(email)
          }}
        >
          <p>A mail brings you a link to set a new one.</p>
          <Field label="E-mail" name="email" type="email" autoComplete="username" isRequired />
          <Button type="submit" look="primary" busy={request.busy}>
            Mail me a link
          </Button>
        </Form>
      ) : (
        <p role="status">
          If <strong>{mailed}</strong> has an account, a link is on its way there. It is good for half an hour.
        </p>
      )}
    </Frame>
  )
}
