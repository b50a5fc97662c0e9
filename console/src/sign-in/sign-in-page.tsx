import { useApolloClient, useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Navigate, useLocation, useNavigate } from 'react-router'
import { LoginDocument, LoginProvidersDocument } from '../__generated__/sign-in.ts'
import type { Problem } from '../api/problem.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { hasPasskeys, signInByPasskey } from '../session/passkey.ts'
import { useOffered, useSession } from '../session/session.tsx'
import { Frame, useFrom, WayLink } from './frame.tsx'
import { LoginCodeForm } from './login-code-form.tsx'
import { readOAuthOutcome } from './oauth-outcome.ts'
import { SecondFactorForm } from './second-factor-form.tsx'

/** What another page says as it leads here. */
export interface SignInState {
  notice?: string
}

export default function SignInPage() {
  const { session, ended, refresh } = useSession()
  const { hash, pathname, search, state } = useLocation()
  const navigate = useNavigate()
  const from = useFrom()
  const [challenge, setChallenge] = useState<string | null>(null)
  const [byMail, setByMail] = useState(false)
  const outcome = readOAuthOutcome(hash)
  const { notice } = (state ?? {}) as SignInState
  if (session) return <Navigate to={from} replace />

  const restart = () => {
    setChallenge(null)
    setByMail(false)
    void navigate(pathname + search, { replace: true })
  }
  const goOn = (required: string | null) => {
    if (required === null) return void refresh()
    setChallenge(required)
  }
  const second = challenge ?? (outcome?.kind === 'second-factor' ? outcome.challenge : null)
  if (second !== null)
    return (
      <Frame title="One more step">
        <SecondFactorForm challenge={second} onRestart={restart} />
      </Frame>
    )
  if (byMail)
    return (
      <Frame title="Sign in by mail">
        <LoginCodeForm onSignedIn={goOn} onRestart={restart} />
      </Frame>
    )
  return (
    <Frame title="Sign in" below={<RegisterLink />}>
      {notice && <Notice kind="success">{notice}</Notice>}
      {!notice && ended && <Notice kind="warning">Your session is over. Sign in to go on where you were.</Notice>}
      {outcome?.kind === 'refused' && <Notice kind="problem">{outcome.message}</Notice>}
      <PasswordForm onSignedIn={goOn} />
      <OtherWays onByMail={() => setByMail(true)} />
    </Frame>
  )
}

function PasswordForm({ onSignedIn }: { onSignedIn(challenge: string | null): void }) {
  const login = useAction(LoginDocument)
  return (
    <Form
      problem={login.problem}
      className="form wide-button"
      onSubmit={async ({ email = '', password = '' }) => {
        const data = await login.run({ email, password })
        if (data?.login) onSignedIn('challenge' in data.login ? data.login.challenge : null)
      }}
    >
      <Field label="E-mail" name="email" type="email" autoComplete="username" isRequired />
      <Field label="Password" name="password" type="password" autoComplete="current-password" isRequired />
      <p className="forgotten">
        <WayLink to="/forgotten-password">Forgotten your password?</WayLink>
      </p>
      <Button type="submit" look="primary" busy={login.busy}>
        Sign in
      </Button>
    </Form>
  )
}

function OtherWays({ onByMail }: { onByMail(): void }) {
  const api = useApolloClient()
  const { refresh } = useSession()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const offersPasskeys = useOffered('Mutation.beginPasskeyLogin') && hasPasskeys
  const offersCodes = useOffered('Mutation.requestLoginCode')
  const offersProviders = useOffered('Query.loginProviders')
  const { data } = useQuery(LoginProvidersDocument, { skip: !offersProviders })
  const returnTo = `${location.pathname}${location.search}`

  const byPasskey = async () => {
    setBusy(true)
    const found = await signInByPasskey(api)
    setProblem(found)
    setBusy(false)
    if (!found) await refresh()
  }
  return (
    <div className="ways">
      <p className="divider">or</p>
      {problem && <ProblemNotice problem={problem} />}
      {offersPasskeys && (
        <Button onPress={byPasskey} busy={busy}>
          Use a passkey
        </Button>
      )}
      {offersCodes && <Button onPress={onByMail}>Get a code by mail</Button>}
      {data?.loginProviders.map(({ id, name, startPath }) => (
        <a key={id} className="button" href={`${startPath}?${new URLSearchParams({ returnTo })}`}>
          Go on with {name}
        </a>
      ))}
    </div>
  )
}

function RegisterLink() {
  if (!useOffered('Mutation.register')) return null
  return (
    <p>
      No account yet? <WayLink to="/register">Register</WayLink>
    </p>
  )
}
