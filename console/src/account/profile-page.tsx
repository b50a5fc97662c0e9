import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import {
  ChangeEmailDocument,
  DeleteAccountDocument,
  MyProfileDocument,
  type MyProfileQuery,
  RequestEmailVerificationDocument,
  UpdateProfileDocument,
} from '../__generated__/account.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { Section } from '../components/page.tsx'
import { Result } from '../components/result.tsx'
import { useStatus } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'
import { AccountFrame } from './account-frame.tsx'

type Me = NonNullable<MyProfileQuery['me']>

export default function ProfilePage() {
  const query = useQuery(MyProfileDocument)
  return (
    <AccountFrame title="Your account">
      <Result of={query}>
        {({ me }) =>
          me && (
            <>
              <Name me={me} />
              <Email me={me} />
              <Deletion me={me} />
            </>
          )
        }
      </Result>
    </AccountFrame>
  )
}

function Name({ me }: { me: Me }) {
  const update = useAction(UpdateProfileDocument)
  const { refresh } = useSession()
  const tell = useStatus()
  const offered = useOffered('Mutation.updateProfile')
  return (
    <Section title="Profile">
      <dl className="facts">
        <dt>Roles</dt>
        <dd>
          {me.roles?.map((role) => (
            <span key={role} className="badge accent">
              {role}
            </span>
          ))}
        </dd>
        <dt>Here since</dt>
        <dd>
          <Time at={me.createdAt} />
        </dd>
      </dl>
      {offered && (
        <Form
          problem={update.problem}
          className="form inline"
          onSubmit={async ({ name = '' }) => {
            if (!(await update.run({ name }))) return
            tell('Your name is changed')
            await refresh()
          }}
        >
          <Field label="Name" name="name" defaultValue={me.name} autoComplete="name" isRequired />
          <Button type="submit" busy={update.busy}>
            Change the name
          </Button>
        </Form>
      )}
    </Section>
  )
}

function Email({ me }: { me: Me }) {
  const verification = useAction(RequestEmailVerificationDocument)
  const change = useAction(ChangeEmailDocument)
  const tell = useStatus()
  const offersChange = useOffered('Mutation.changeEmail')
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <Section title="E-mail">
      <p className="row">
        <strong>{me.email}</strong>{' '}
        {me.emailVerified ? (
          <span className="badge success">Confirmed</span>
        ) : (
          <span className="badge warning">Not confirmed</span>
        )}
      </p>
      {verification.problem && <ProblemNotice problem={verification.problem} />}
      {!me.emailVerified && (
        <div className="buttons">
          <Button
            busy={verification.busy}
            onPress={async () => {
              if (await verification.run({})) tell(`A link is on its way to ${me.email}`)
            }}
          >
            Mail me a link to confirm it
          </Button>
        </div>
      )}
      {asked && (
        <Notice kind="success">
          A link is on its way to {asked}. Your address changes once you open it in this browser and confirm.
        </Notice>
      )}
      {offersChange && (
        <Form
          problem={change.problem}
          className="form inline"
          onSubmit={async ({ newEmail = '' }) => {
            if (await change.run({ newEmail })) setAsked(newEmail)
          }}
        >
          <Field label="New address" name="newEmail" type="email" autoComplete="email" isRequired />
          <Button type="submit" busy={change.busy}>
            Change the address
          </Button>
        </Form>
      )}
    </Section>
  )
}

function Deletion({ me }: { me: Me }) {
  const remove = useAction(DeleteAccountDocument)
  const { refresh } = useSession()
  const tell = useStatus()
  const [asking, setAsking] = useState(false)
  if (!useOffered('Mutation.deleteAccount')) return null
  return (
    <Section title="Delete the account">
      <p>
        Your documents, sessions and tokens go with it, for good. What you did stays in the audit log without a name.
      </p>
      <div className="buttons">
        <Button look="danger" onPress={() => setAsking(true)}>
          Delete my account
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title="Delete your account?"
          confirm="Delete it for good"
          action={remove}
          onClose={() => {
            remove.reset()
            setAsking(false)
          }}
          onConfirm={async () => {
            if (!(await remove.run({ userId: me.id }))) return
            tell('Your account is deleted')
            await refresh()
          }}
        >
          <p>
            The account of <strong>{me.email}</strong> and all its documents will be gone. There is no way back.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  )
}
