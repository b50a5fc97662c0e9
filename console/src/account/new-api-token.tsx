import { useState } from 'react'
import { CreateApiTokenDocument, type Permission } from '../__generated__/devices.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Copyable } from '../components/copyable.tsx'
import { Dialog } from '../components/dialog.tsx'
import { CheckboxField, Field, SelectField } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { useSession } from '../session/session.tsx'

const lives = [7, 30, 90, 366].map((days) => ({ value: String(days), label: `${days} days` }))

interface Props {
  /** The viewer's own: what a token's scopes are chosen among. */
  permissions: readonly Permission[]
  onClose(): void
  onMade(): void
}

export function NewApiToken({ permissions, onClose, onMade }: Props) {
  const create = useAction(CreateApiTokenDocument)
  const { offers } = useSession()
  const [everything, setEverything] = useState(false)
  const [scopes, setScopes] = useState<ReadonlySet<Permission>>(new Set())
  const [token, setToken] = useState<string | null>(null)
  const meanings = new Map(offers.valuesOf('Permission').map(({ name, description }) => [name, description]))
  const toggle = (permission: Permission, chosen: boolean) => {
    const next = new Set(scopes)
    if (chosen) next.add(permission)
    else next.delete(permission)
    setScopes(next)
  }

  if (token !== null)
    return (
      <Dialog title="The new token" onClose={onClose}>
        <Notice kind="warning">It is shown this once. Give it to the program now.</Notice>
        <Copyable label="Token" text={token} />
        <p className="hint">
          The program sends it with each request: <code>Authorization: Bearer …</code>
        </p>
        <div className="buttons">
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    )
  return (
    <Dialog title="New API token" onClose={onClose}>
      <Form
        problem={create.problem}
        onSubmit={async ({ name = '', expiresInDays }) => {
          const data = await create.run({
            name,
            permissions: everything ? null : [...scopes],
            expiresInDays: Number(expiresInDays),
          })
          if (!data?.createApiToken) return
          setToken(data.createApiToken.token)
          onMade()
        }}
      >
        <Field label="Name" name="name" hint="What the program does, for one." autoFocus isRequired />
        <SelectField label="Good for" name="expiresInDays" defaultValue="90" options={lives} />
        <fieldset className="choices">
          <legend>It may</legend>
          <CheckboxField
            label="Do all that you may"
            hint="At the time of use, with the roles that you have then."
            isSelected={everything}
            onChange={setEverything}
          />
          {!everything &&
            permissions.map((permission) => (
              <CheckboxField
                key={permission}
                label={meanings.get(permission)?.replace(/\.$/, '') || permission}
                hint={permission}
                isSelected={scopes.has(permission)}
                onChange={(chosen) => toggle(permission, chosen)}
              />
            ))}
        </fieldset>
        <div className="buttons">
          <Button type="submit" look="primary" busy={create.busy}>
            Make the token
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </Form>
    </Dialog>
  )
}
