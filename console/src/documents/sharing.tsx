import { useRef, useState } from 'react'
import type { AccessLevel, DocumentPartsFragment, Role } from '../__generated__/document.ts'
import {
  ShareDocumentDocument,
  type ShareDocumentMutationVariables,
  UnshareDocumentDocument,
} from '../__generated__/sharing.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ChoiceField } from '../components/choice-field.tsx'
import { Field, SelectField } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { ProblemNotice } from '../components/notice.tsx'
import { Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { enumNameOf, wordsOf } from '../components/words.ts'
import { useSession } from '../session/session.tsx'

type Grant = NonNullable<DocumentPartsFragment['grants']>[number]
type Grantee = ShareDocumentMutationVariables['with']

interface Props {
  documentId: string
  owner: string
  grants: readonly Grant[]
  published: boolean
  /** Whether it can be shared by the viewer, and not only be seen with whom it is. */
  offersChanges: boolean
  onChanged(): void
}

/** Who has access to a document beside its owner, and giving and taking it. */
export function Sharing({ documentId, owner, grants, published, offersChanges, onChanged }: Props) {
  const tell = useStatus()
  const share = useAction(ShareDocumentDocument)
  const unshare = useAction(UnshareDocumentDocument)
  const start = useRef<HTMLParagraphElement>(null)
  const levels = useLevels()

  const change = async (grant: Grant, level: AccessLevel) => {
    if (!(await share.run({ id: documentId, with: inputOf(grant.grantee), level }))) return
    tell(`${nameOf(grant.grantee)} ${levelNames[level]} now`)
    onChanged()
  }
  const take = async (grant: Grant) => {
    if (!(await unshare.run({ id: documentId, with: inputOf(grant.grantee) }))) return
    tell(`The document is not shared with ${nameOf(grant.grantee)} any more`)
    // The button that had the focus goes with its row.
    start.current?.focus()
    onChanged()
  }
  const columns: Column<Grant>[] = [
    { heading: 'Who', cell: ({ grantee }) => nameOf(grantee) },
    {
      heading: 'How much',
      cell: (grant) =>
        offersChanges ? (
          <select
            className="select"
            aria-label={`How much ${nameOf(grant.grantee)} may do`}
            value={grant.level}
            onChange={(event) => void change(grant, event.target.value as AccessLevel)}
          >
            {levels.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        ) : (
          levelNames[grant.level]
        ),
    },
    {
      heading: 'Since',
      cell: ({ grantedAt, grantedBy }) => (
        <>
          <Time at={grantedAt} /> <span className="muted">by {grantedBy?.name ?? 'an account that is gone'}</span>
        </>
      ),
    },
  ]
  const actions: Column<Grant> = {
    heading: 'Actions',
    actions: true,
    cell: (grant) => (
      <Button
        look="danger"
        busy={unshare.busy}
        aria-label={`Stop sharing with ${nameOf(grant.grantee)}`}
        onPress={() => void take(grant)}
      >
        Stop sharing
      </Button>
    ),
  }
  const problem = unshare.problem ?? null
  return (
    <Section title="Who has access">
      <p ref={start} tabIndex={-1} className="muted">
        {owner} owns it{published ? ', and everyone who is signed in may read it, since it is published.' : '.'}{' '}
        {grants.length === 0 ? 'It is shared with nobody else.' : 'It is shared with:'}
      </p>
      {problem && <ProblemNotice problem={problem} />}
      {grants.length > 0 && (
        <Table
          label="Who has access"
          columns={offersChanges ? [...columns, actions] : columns}
          rows={grants}
          keyOf={({ id }) => id}
        />
      )}
      {offersChanges && (
        <ShareForm
          action={share}
          onShare={async (grantee, level, name) => {
            if (!(await share.run({ id: documentId, with: grantee, level }))) return false
            tell(`${name} ${levelNames[level]} now`)
            onChanged()
            return true
          }}
        />
      )}
    </Section>
  )
}

interface FormProps {
  action: Pick<ReturnType<typeof useAction>, 'problem' | 'busy'>
  onShare(grantee: Grantee, level: AccessLevel, name: string): Promise<boolean>
}

function ShareForm({ action, onShare }: FormProps) {
  const { offers } = useSession()
  const [kind, setKind] = useState('person')
  const [email, setEmail] = useState('')
  const roles = offers.valuesOf('Role')
  const levels = useLevels()
  const kinds = [
    { value: 'person', label: 'A person' },
    { value: 'role', label: 'Everyone with a role' },
    { value: 'everyone', label: 'Everyone who is signed in' },
  ]
  const submit = async (values: Record<string, string>) => {
    const level = values.level as AccessLevel
    const grantee = granteeOf(kind, email.trim(), enumNameOf(values.role ?? '') as Role)
    if ((await onShare(grantee, level, describeInput(grantee))) && kind === 'person') setEmail('')
  }
  return (
    <Form className="form inline" label="Share the document" problem={action.problem} onSubmit={submit}>
      <SelectField
        label="Share with"
        name="kind"
        value={kind}
        onChange={setKind}
        options={kinds.filter(({ value }) => value !== 'role' || roles.length > 0 || !offers.told)}
      />
      {kind === 'person' && (
        <Field
          label="E-mail"
          name="email"
          type="email"
          value={email}
          onChange={setEmail}
          autoComplete="off"
          isRequired
        />
      )}
      {kind === 'role' && <ChoiceField label="Role" name="role" values={roles} />}
      <SelectField label="What they may do" name="level" options={levels} />
      <Button type="submit" look="primary" busy={action.busy}>
        Share
      </Button>
      {kind === 'person' && (
        <p className="hint">
          It counts for the account whose confirmed address it is, now or later: nobody is told whether there is one.
        </p>
      )}
    </Form>
  )
}

const levelNames: Record<AccessLevel, string> = {
  READ: 'may read',
  WRITE: 'may read and change',
  MANAGE: 'may change, share and delete',
}

/** The levels in the order of the schema; where that is told to nobody, those that were known when this was built. */
function useLevels(): { value: string; label: string }[] {
  const { offers } = useSession()
  const told = offers.valuesOf('AccessLevel').map(({ name }) => name)
  const names = told.length > 0 ? told : Object.keys(levelNames)
  return names.map((value) => ({ value, label: levelNames[value as AccessLevel] ?? wordsOf(value) }))
}

function nameOf(grantee: Grant['grantee']): string {
  if ('name' in grantee) return grantee.name
  return describeInput(inputOf(grantee))
}

function inputOf(grantee: Grant['grantee']): Grantee {
  if ('email' in grantee) return { email: grantee.email }
  if ('role' in grantee) return { role: grantee.role }
  return 'id' in grantee ? { userId: grantee.id } : { everyone: true }
}

function granteeOf(kind: string, email: string, role: Role): Grantee {
  if (kind === 'role') return { role }
  return kind === 'everyone' ? { everyone: true } : { email }
}

function describeInput({ email, role }: Grantee): string {
  if (email) return email
  return role ? `Everyone with the role ${wordsOf(role)}` : 'Everyone who is signed in'
}
