import { useState } from 'react'
import { AssignRoleDocument, type PersonQuery, type Role, WithdrawRoleDocument } from '../__generated__/person.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ChoiceField } from '../components/choice-field.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { Form } from '../components/form.tsx'
import { Empty, Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { type Column, Table } from '../components/table.tsx'
import { enumNameOf, wordsOf } from '../components/words.ts'
import { useOffered, useSession } from '../session/session.tsx'

type Person = NonNullable<PersonQuery['user']>

/** What somebody may do by their roles, and giving and taking these. */
export function PersonRoles({ person, isViewer }: { person: Person; isViewer: boolean }) {
  const { offers, refresh } = useSession()
  const tell = useStatus()
  const assign = useAction(AssignRoleDocument)
  const withdraw = useAction(WithdrawRoleDocument)
  const offersAssigning = useOffered('Mutation.assignRole')
  const offersWithdrawing = useOffered('Mutation.withdrawRole')
  const [withdrawing, setWithdrawing] = useState<Role | null>(null)
  const roles = person.roles ?? []
  const known = offers.valuesOf('Role')
  const free = known.filter(({ name }) => !roles.some((role) => role === name))
  const close = () => {
    withdraw.reset()
    setWithdrawing(null)
  }
  // What one is offered follows from one's own roles.
  const changed = async (text: string) => {
    tell(text)
    if (isViewer) await refresh()
  }
  const assignIt = async (role: Role) => {
    if (await assign.run({ userId: person.id, role })) await changed(`${person.name} has the role ${wordsOf(role)} now`)
  }
  const withdrawIt = async (role: Role) => {
    if (!(await withdraw.run({ userId: person.id, role }))) return
    close()
    await changed(`${person.name} has the role ${wordsOf(role)} no more`)
  }
  const columns: Column<Role>[] = [{ heading: 'Role', cell: wordsOf }]
  if (offers.told)
    columns.push({ heading: 'What it is', cell: (role) => known.find(({ name }) => name === role)?.description ?? '' })
  const actions: Column<Role> = {
    heading: 'Actions',
    actions: true,
    cell: (role) => (
      <Button look="danger" aria-label={`Withdraw the role ${wordsOf(role)}`} onPress={() => setWithdrawing(role)}>
        Withdraw
      </Button>
    ),
  }
  return (
    <Section title="Roles">
      {roles.length === 0 ? (
        <Empty>No role: this account may do nothing.</Empty>
      ) : (
        <Table
          label="Roles"
          columns={offersWithdrawing ? [...columns, actions] : columns}
          rows={roles}
          keyOf={(role) => role}
        />
      )}
      {offersAssigning && (free.length > 0 || !offers.told) && (
        <Form
          className="form inline"
          label="Assign a role"
          problem={assign.problem}
          onSubmit={({ role = '' }) => assignIt(enumNameOf(role) as Role)}
        >
          <ChoiceField label="Another role" name="role" values={free} />
          <Button type="submit" busy={assign.busy}>
            Assign
          </Button>
        </Form>
      )}
      {withdrawing && (
        <ConfirmDialog
          title={`Withdraw the role ${wordsOf(withdrawing)}?`}
          confirm="Withdraw the role"
          action={withdraw}
          onClose={close}
          onConfirm={() => void withdrawIt(withdrawing)}
        >
          <p>
            {isViewer
              ? 'It is your own: what it allows is not for you from then on.'
              : `What it allows is not for ${person.name} from their next request on.`}
          </p>
        </ConfirmDialog>
      )}
    </Section>
  )
}
