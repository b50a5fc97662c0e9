import { useState } from 'react'
import {
  BeginTotpEnrollmentDocument,
  type BeginTotpEnrollmentMutation,
  ConfirmTotpEnrollmentDocument,
  RegenerateRecoveryCodesDocument,
  RemoveAuthenticatorDocument,
} from '../__generated__/security.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Copyable } from '../components/copyable.tsx'
import { ConfirmDialog, Dialog } from '../components/dialog.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useOffered } from '../session/session.tsx'
import type { Authenticator } from './passkeys.tsx'

type Enrollment = NonNullable<BeginTotpEnrollmentMutation['beginTotpEnrollment']>

export function AuthenticatorApp({ app, onChanged }: { app: Authenticator | null; onChanged(): void }) {
  const begin = useAction(BeginTotpEnrollmentDocument)
  const regenerate = useAction(RegenerateRecoveryCodesDocument)
  const remove = useAction(RemoveAuthenticatorDocument)
  const tell = useStatus()
  const [enrollment, setEnrollment] = useState<Enrollment | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [asking, setAsking] = useState<'removal' | 'renewal' | null>(null)
  const offered = useOffered('Mutation.beginTotpEnrollment')
  const close = () => {
    remove.reset()
    regenerate.reset()
    setAsking(null)
  }
  if (!offered && !app) return null
  return (
    <Section title="Authenticator app">
      <p className="muted">
        A second factor: after a password, a code by mail or a provider, a code of the app is asked for too.
      </p>
      {begin.problem && <ProblemNotice problem={begin.problem} />}
      {app ? (
        <>
          <p className="row">
            <span className="badge success">On</span>{' '}
            <span>
              since <Time at={app.createdAt} />
            </span>
          </p>
          <div className="buttons">
            <Button onPress={() => setAsking('renewal')}>New recovery codes</Button>
            <Button look="danger" onPress={() => setAsking('removal')}>
              Remove the app
            </Button>
          </div>
        </>
      ) : (
        <div className="buttons">
          <Button
            busy={begin.busy}
            onPress={async () => {
              const data = await begin.run({})
              if (data?.beginTotpEnrollment) setEnrollment(data.beginTotpEnrollment)
            }}
          >
            Set up an app
          </Button>
        </div>
      )}
      {enrollment && (
        <EnrollmentDialog
          enrollment={enrollment}
          onClose={() => setEnrollment(null)}
          onConfirmed={(made) => {
            setEnrollment(null)
            setCodes(made)
            onChanged()
          }}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
      {asking === 'renewal' && (
        <ConfirmDialog
          title="New recovery codes?"
          confirm="Make new codes"
          dangerous={false}
          action={regenerate}
          onClose={close}
          onConfirm={async () => {
            const data = await regenerate.run({})
            if (!data?.regenerateRecoveryCodes) return
            close()
            setCodes(data.regenerateRecoveryCodes.codes)
          }}
        >
          <p>Ten new ones take the place of all that you have: those count no more.</p>
        </ConfirmDialog>
      )}
      {asking === 'removal' && app && (
        <ConfirmDialog
          title="Remove the authenticator app?"
          confirm="Remove the app"
          action={remove}
          onClose={close}
          onConfirm={async () => {
            if (!(await remove.run({ id: app.id }))) return
            close()
            tell('The app is removed, and its recovery codes with it')
            onChanged()
          }}
        >
          <p>From then on nobody is asked for a code after your password. The recovery codes go with it.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

interface EnrollmentProps {
  enrollment: Enrollment
  onClose(): void
  onConfirmed(codes: readonly string[]): void
}

function EnrollmentDialog({ enrollment: { secret, uri, qrCode }, onClose, onConfirmed }: EnrollmentProps) {
  const confirm = useAction(ConfirmTotpEnrollmentDocument)
  return (
    <Dialog title="Set up an authenticator app" onClose={onClose}>
      <p>Scan this with the app, or type the secret into it.</p>
      <img
        className="qr-code"
        src={`data:image/svg+xml,${encodeURIComponent(qrCode)}`}
        alt="QR code with the secret that stands below"
        width="200"
        height="200"
      />
      <Copyable label="Secret" text={secret} />
      <p>
        <a href={uri}>Open it in an app on this device</a>
      </p>
      <Form
        problem={confirm.problem}
        onSubmit={async ({ code = '' }) => {
          const data = await confirm.run({ code: code.trim() })
          if (data?.confirmTotpEnrollment) onConfirmed(data.confirmTotpEnrollment.codes)
        }}
      >
        <Field
          label="Code that the app shows"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          isRequired
        />
        <div className="buttons">
          <Button type="submit" look="primary" busy={confirm.busy}>
            Turn it on
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </Form>
    </Dialog>
  )
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose(): void }) {
  return (
    <Dialog title="Your recovery codes" onClose={onClose}>
      <Notice kind="warning">
        They are shown this once. Keep them where you will find them without the app: each signs you in once.
      </Notice>
      <Copyable label="Recovery codes" text={codes.join('\n')} />
      <div className="buttons">
        <Button look="primary" onPress={onClose}>
          I have kept them
        </Button>
      </div>
    </Dialog>
  )
}
