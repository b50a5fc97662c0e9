import { CompleteSecondFactorDocument } from '../__generated__/sign-in.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { useSession } from '../session/session.tsx'

/** The second step, for accounts that have an authenticator app. */
export function SecondFactorForm({ challenge, onRestart }: { challenge: string; onRestart(): void }) {
  const { refresh } = useSession()
  const action = useAction(CompleteSecondFactorDocument)
  return (
    <>
      <Form
        problem={action.problem}
        className="form wide-button"
        onSubmit={async ({ code = '' }) => {
          if (await action.run({ challenge, code: code.trim() })) await refresh()
        }}
      >
        <p>Type the code that your authenticator app shows now. Without the app, a recovery code will do.</p>
        <Field label="Code" name="code" autoComplete="one-time-code" autoFocus isRequired />
        <Button type="submit" look="primary" busy={action.busy}>
          Sign in
        </Button>
      </Form>
      <Button look="quiet" onPress={onRestart}>
        Begin anew
      </Button>
    </>
  )
}
