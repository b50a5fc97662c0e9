import { useQuery } from '@apollo/client/react'
import { useLocation } from 'react-router'
import {
  ChangePasswordDocument,
  MyAuthenticatorsDocument,
  RequestOwnPasswordResetDocument,
} from '../__generated__/security.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { Section } from '../components/page.tsx'
import { Result } from '../components/result.tsx'
import { useStatus } from '../components/status.tsx'
import { useOffered, useSession } from '../session/session.tsx'
import { NewPasswordField } from '../sign-in/new-password-field.tsx'
import { readOAuthOutcome } from '../sign-in/oauth-outcome.ts'
import { AccountFrame } from './account-frame.tsx'
import { AuthenticatorApp } from './authenticator-app.tsx'
import { Passkeys } from './passkeys.tsx'
import { Providers } from './providers.tsx'

export default function SecurityPage() {
  const query = useQuery(MyAuthenticatorsDocument)
  const outcome = readOAuthOutcome(useLocation().hash)
  const changed = () => void query.refetch()
  return (
    <AccountFrame title="Security">
      {outcome?.kind === 'refused' && <Notice kind="problem">{outcome.message}</Notice>}
      {outcome?.kind === 'linked' && (
        <Notice kind="success">The provider is linked: it signs you in from now on.</Notice>
      )}
      <Result of={query}>
        {({ me }) => {
          const authenticators = me?.authenticators ?? []
          return (
            <>
              <Password email={me?.email ?? ''} />
              <Passkeys passkeys={authenticators.filter(({ method }) => method === 'PASSKEY')} onChanged={changed} />
              <AuthenticatorApp
                app={authenticators.find(({ method }) => method === 'TOTP') ?? null}
                onChanged={changed}
              />
              <Providers />
            </>
          )
        }}
      </Result>
    </AccountFrame>
  )
}

function Password({ email }: { email: string }) {
  const change = useAction(ChangePasswordDocument)
  const reset = useAction(RequestOwnPasswordResetDocument)
  const { refresh } = useSession()
  const tell = useStatus()
  if (!useOffered('Mutation.changePassword')) return null
  return (
    <Section title="Password">
      <Form
        problem={change.problem}
        onSubmit={async ({ currentPassword = '', newPassword = '' }, form) => {
          if (!(await change.run({ currentPassword, newPassword }))) return
          form.reset()
          tell('Your password is changed, and every other session is over')
          await refresh()
        }}
      >
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <div className="columns">
          <Field
            label="Password until now"
            name="currentPassword"
            type="password"
            autoComplete="current-password"
            isRequired
          />
          <NewPasswordField name="newPassword" label="New password" />
        </div>
        <Button type="submit" busy={change.busy}>
          Change the password
        </Button>
      </Form>
      {reset.problem && <ProblemNotice problem={reset.problem} />}
      <p className="hint">
        No password yet, or forgotten?{' '}
        <Button
          look="quiet"
          busy={reset.busy}
          onPress={async () => {
            if (await reset.run({ email })) tell(`A link to set one is on its way to ${email}`)
          }}
        >
          Mail me a link to set one
        </Button>
      </p>
    </Section>
  )
}
