import { useState } from 'react'
import { Link, useLocation } from 'react-router'
import { VerifyEmailDocument } from '../__generated__/sign-in.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Form } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { useSession } from '../session/session.tsx'
import { Frame } from './frame.tsx'

/** Where the link of a mail leads: the token is its hash. A button uses it up, and no program that looks at mails. */
export default function VerifyEmailPage() {
  const token = useLocation().hash.slice(1)
  const { session, refresh } = useSession()
  const verify = useAction(VerifyEmailDocument)
  const [verified, setVerified] = useState(false)
  const next = session ? <Link to="/account">Go to your account</Link> : <Link to="/sign-in">Go to the sign-in</Link>
  return (
    <Frame title="Confirm your address" below={next}>
      {verified && (
        <Notice kind="success">
          {session ? 'Your address is confirmed.' : 'Your address is confirmed. You can sign in now.'}
        </Notice>
      )}
      {token === '' && <Notice kind="problem">The link is not whole. Open it from the mail again.</Notice>}
      {!verified && token !== '' && (
        <Form
          problem={verify.problem}
          className="form wide-button"
          onSubmit={async () => {
            if (!(await verify.run({ token }))) return
            setVerified(true)
            await refresh()
          }}
        >
          <p>One press confirms that the address in the mail is yours.</p>
          <Button type="submit" look="primary" busy={verify.busy}>
            Confirm the address
          </Button>
        </Form>
      )}
    </Frame>
  )
}
