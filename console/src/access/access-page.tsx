import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { createMatrix } from '../../../src/cli/access/page/matrix.js'
import { AccessMatrixDocument } from '../__generated__/access.ts'
import { problemOf } from '../api/problem.ts'
import { ProblemNotice } from '../components/notice.tsx'
import { Loading, PageHeading, Section } from '../components/page.tsx'
import { elementOf, ruleOf } from './decisions.ts'
import { Explainer } from './explainer.tsx'
import { MatrixView } from './matrix-view.tsx'
import { type Comparison, OtherVersion } from './other-version.tsx'
import './access.css'

/** The access explorer: who may do what, why, and what another version of the schema says of it. */
export default function AccessPage() {
  const { data, error, refetch } = useQuery(AccessMatrixDocument, { fetchPolicy: 'cache-first' })
  const [comparison, setComparison] = useState<Comparison | null>(null)
  const rows = data?.accessMatrix?.rows
  return (
    <>
      <PageHeading title="Who may do what" />
      {error && <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch()} />}
      {!rows && !error && <Loading what="Reading the rules" />}
      {rows && (
        <>
          <Section title="The matrix" actions={<OtherVersion comparison={comparison} onChange={setComparison} />}>
            <p className="muted">
              What each viewer can expect of every field, and of the arguments and input fields with rules. Choose a
              cell to see its rules; arrow keys lead from cell to cell.
            </p>
            <Matrix rows={rows} comparison={comparison} />
          </Section>
          <Explainer />
        </>
      )}
    </>
  )
}

type Rows = readonly Parameters<typeof elementOf>[0][]

function Matrix({ rows, comparison }: { rows: Rows; comparison: Comparison | null }) {
  const typeRules = new Map(rows.map((row) => [row.coordinate.split('.', 1)[0] ?? '', row.typeRules.map(ruleOf)]))
  return <MatrixView label="Access matrix" matrix={createMatrix(rows.map(elementOf), { typeRules, comparison })} />
}
