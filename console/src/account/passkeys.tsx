import { useApolloClient } from '@apollo/client/react'
import { useState } from 'react'
import {
  BeginPasskeyRegistrationDocument,
  FinishPasskeyRegistrationDocument,
  type MyAuthenticatorsQuery,
  RemoveAuthenticatorDocument,
} from '../__generated__/security.ts'
import { type Problem, problemOf } from '../api/problem.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog, Dialog } from '../components/dialog.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Empty, Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { browserProblem, hasPasskeys } from '../session/passkey.ts'
import { useOffered } from '../session/session.tsx'

export type Authenticator = NonNullable<NonNullable<MyAuthenticatorsQuery['me']>['authenticators']>[number]

export function Passkeys({ passkeys, onChanged }: { passkeys: readonly Authenticator[]; onChanged(): void }) {
  const remove = useAction(RemoveAuthenticatorDocument)
  const tell = useStatus()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Authenticator | null>(null)
  const offersAdding = useOffered('Mutation.beginPasskeyRegistration') && hasPasskeys
  const closeRemoval = () => {
    remove.reset()
    setRemoving(null)
  }
  return (
    <Section title="Passkeys" actions={offersAdding && <Button onPress={() => setAdding(true)}>Add a passkey</Button>}>
      <p className="muted">A passkey signs you in by the lock of a device, without a password or a code.</p>
      {passkeys.length === 0 ? (
        <Empty>You have no passkey yet.</Empty>
      ) : (
        <Table
          label="Passkeys"
          rows={passkeys}
          keyOf={({ id }) => id}
          columns={[
            { heading: 'Name', cell: ({ name }) => name },
            { heading: 'Added', cell: ({ createdAt }) => <Time at={createdAt} /> },
            { heading: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never') },
            {
              heading: 'Actions',
              actions: true,
              cell: (passkey) => (
                <Button look="danger" aria-label={`Remove ${passkey.name}`} onPress={() => setRemoving(passkey)}>
                  Remove
                </Button>
              ),
            },
          ]}
        />
      )}
      {adding && (
        <NewPasskey
          onClose={() => setAdding(false)}
          onAdded={() => {
            setAdding(false)
            tell('The passkey is added')
            onChanged()
          }}
        />
      )}
      {removing && (
        <ConfirmDialog
          title={`Remove ${removing.name}?`}
          confirm="Remove the passkey"
          action={remove}
          onClose={closeRemoval}
          onConfirm={async () => {
            if (!(await remove.run({ id: removing.id }))) return
            closeRemoval()
            tell('The passkey is removed')
            onChanged()
          }}
        >
          <p>It signs you in no more. Delete it on the device too.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

function NewPasskey({ onClose, onAdded }: { onClose(): void; onAdded(): void }) {
  const api = useApolloClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  const add = async ({ name }: Record<string, string>) => {
    setBusy(true)
    setProblem(null)
    try {
      const { data } = await api.mutate({ mutation: BeginPasskeyRegistrationDocument })
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
        data?.beginPasskeyRegistration as PublicKeyCredentialCreationOptionsJSON,
      )
      const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
      const variables = { response: credential.toJSON(), name: name || null }
      await api.mutate({ mutation: FinishPasskeyRegistrationDocument, variables })
      onAdded()
    } catch (error) {
      setProblem(error instanceof DOMException ? browserProblem(error) : problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title="Add a passkey" onClose={onClose}>
      <Form problem={problem} onSubmit={add}>
        <Field label="Name" name="name" hint="To know it by: the device, for one." autoFocus isRequired />
        <div className="buttons">
          <Button type="submit" look="primary" busy={busy}>
            Go on
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </Form>
    </Dialog>
  )
}
