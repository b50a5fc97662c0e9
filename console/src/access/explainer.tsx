import { useApolloClient } from '@apollo/client/react'
import { useState } from 'react'
import type { Matrix } from '../../../src/cli/access/page/matrix.js'
import { ExplainAccessDocument, type ExplainAccessQuery } from '../__generated__/access.ts'
import { type Problem, problemOf } from '../api/problem.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { Section } from '../components/page.tsx'
import { useOffered } from '../session/session.tsx'
import { cellsOf, ruleOf } from './decisions.ts'
import { MatrixView } from './matrix-view.tsx'

type Explanation = NonNullable<ExplainAccessQuery['explainAccess']>

const example = '{\n  documents {\n    edges {\n      node { title owner { email } }\n    }\n  }\n}'

/** Tells of an operation which parts each role may run. The server reads it, and runs nothing. */
export function Explainer() {
  const client = useApolloClient()
  const isOffered = useOffered('Query.explainAccess')
  const [explanation, setExplanation] = useState<Explanation | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  if (!isOffered) return null

  const explain = async (query: string, text: string) => {
    setProblem(null)
    const variables = readVariables(text)
    if (variables instanceof SyntaxError) return setProblem(badVariables)
    setBusy(true)
    try {
      const fetchPolicy = 'no-cache'
      const { data } = await client.query({
        query: ExplainAccessDocument,
        variables: { query, variables },
        fetchPolicy,
      })
      setExplanation(data?.explainAccess ?? null)
    } catch (error) {
      setExplanation(null)
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Section title="An operation">
      <Form
        label="An operation"
        problem={problem}
        onSubmit={({ query = '', variables = '' }) => explain(query, variables)}
      >
        <Field
          label="Operation"
          name="query"
          rows={8}
          isRequired
          placeholder={example}
          hint="Paste a query, mutation or subscription. It is read, and not run."
        />
        <Field label="Variables" name="variables" rows={2} hint="As JSON, where the operation takes some." />
        <Button type="submit" look="primary" busy={busy}>
          Who may run it?
        </Button>
      </Form>
      {explanation && (
        <>
          <Notice kind={explanation.smallestRoleSets.length === 0 ? 'warning' : 'success'}>
            {describeSets(explanation.smallestRoleSets)}
            {!explanation.complete && ' It has more parts than are shown here: the first thousand are.'}
          </Notice>
          <MatrixView label="The operation" matrix={matrixOf(explanation)} />
        </>
      )}
    </Section>
  )
}

const badVariables: Problem = {
  code: 'BAD_USER_INPUT',
  message: 'The variables should be a JSON object, such as { "id": "1" }',
  argument: 'variables',
  retryAfter: 0,
}

function readVariables(text: string): Record<string, unknown> | SyntaxError {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Told as any other JSON that is no object.
  }
  return new SyntaxError('no JSON object')
}

/** Of whom nothing in the operation is certain to be denied. */
function describeSets(sets: Explanation['smallestRoleSets']): string {
  if (sets.length === 0) return 'Nobody may run all of it.'
  const names = sets.map(({ signedIn, roles }) => {
    if (!signedIn) return 'everybody, signed in or not'
    return roles.length === 0 ? 'everybody who is signed in' : roles.join(' with ')
  })
  return `All of it may be run by ${names.join(', or ')}; what hangs on the data is taken to hold.`
}

/** The operation as a matrix: each selection a line, below the one that it stands in. */
function matrixOf({ parts }: Explanation): Matrix {
  const lines = parts.map((part) => {
    const isField = /^\w+\.\w+$/.test(part.coordinate)
    return {
      name: isField ? (part.path.at(-1) ?? '') : part.coordinate,
      depth: part.path.length - (isField ? 1 : 0),
      coordinate: part.coordinate,
      cells: cellsOf(part),
      rules: part.rules.map(ruleOf),
      changes: [],
    }
  })
  return { viewers: Object.keys(lines[0]?.cells ?? {}), groups: [{ name: null, lines }], comparison: null }
}
