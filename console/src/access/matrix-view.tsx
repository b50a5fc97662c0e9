import { useEffect, useRef } from 'react'
import type { Matrix } from '../../../src/cli/access/page/matrix.js'
import { showMatrix } from '../../../src/cli/access/page/matrix-view.js'
import '../../../src/cli/access/page/matrix.css'

/** The picture that `npm run access -- --html` writes too: another matrix comes under the same filters. */
export function MatrixView({ matrix, label }: { matrix: Matrix; label: string }) {
  const container = useRef<HTMLDivElement>(null)
  const view = useRef<ReturnType<typeof showMatrix>>(null)
  const latest = useRef(matrix)
  latest.current = matrix
  useEffect(() => {
    if (!container.current) return
    const shown = showMatrix(container.current, latest.current, { label })
    view.current = shown
    return () => {
      view.current = null
      shown.remove()
    }
  }, [label])
  useEffect(() => view.current?.update(matrix), [matrix])
  return <div ref={container} className="matrix" />
}
