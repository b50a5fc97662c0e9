import { useLocation, useNavigate } from 'react-router'
import { ResetPasswordDocument } from '../__generated__/sign-in.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Form } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { useSession } from '../session/session.tsx'
import { Frame, WayLink } from './frame.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import type { SignInState } from './sign-in-page.tsx'

/** Where the link of a mail leads: the token is its hash. */
export default function ResetPasswordPage() {
  const token = useLocation().hash.slice(1)
  const navigate = useNavigate()
  const { refresh } = useSession()
  const reset = useAction(ResetPasswordDocument)
  const another = <WayLink to="/forgotten-password">Ask for another link</WayLink>
  return (
    <Frame title="Set a new password" below={another}>
      {token === '' ? (
        <Notice kind="problem">The link is not whole. Open it from the mail, or ask for another one.</Notice>
      ) : (
        <Form
          problem={reset.problem}
          className="form wide-button"
          onSubmit={async ({ newPassword = '' }) => {
            if (!(await reset.run({ token, newPassword }))) return
            const state: SignInState = { notice: 'Your new password is set. Sign in with it.' }
            await navigate('/sign-in', { replace: true, state })
            // It ended every session of the account's, perhaps this one.
            await refresh()
          }}
        >
          <p>It ends every session of the account, on every device.</p>
          <NewPasswordField name="newPassword" label="New password" />
          <Button type="submit" look="primary" busy={reset.busy}>
            Set the password
          </Button>
        </Form>
      )}
    </Frame>
  )
}
