import { useApolloClient } from '@apollo/client/react'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { type AccessChange, compareMatrices } from '../../../src/directives/compare-matrices.ts'
import { AccessLockEntriesDocument } from '../__generated__/access.ts'
import { problemOf } from '../api/problem.ts'
import { Button } from '../components/button.tsx'
import { Notice } from '../components/notice.tsx'
import { useStatus } from '../components/status.tsx'
import { cellsOf } from './decisions.ts'
import { readVersion } from './read-version.ts'

/** What became of the rules since another version. */
export interface Comparison {
  with: string
  changes: readonly AccessChange[]
}

interface Props {
  comparison: Comparison | null
  onChange(comparison: Comparison | null): void
}

/** Lets one choose the rules of another version. The file is read here, and sent nowhere. */
export function OtherVersion({ comparison, onChange }: Props) {
  const client = useApolloClient()
  const tell = useStatus()
  const [fault, setFault] = useState<string | null>(null)

  const compare = async (file: File) => {
    setFault(null)
    try {
      const before = readVersion(await file.text())
      const { data } = await client.query({ query: AccessLockEntriesDocument })
      const after = (data?.accessMatrix?.lockEntries ?? []).map((entry) => ({
        coordinate: entry.coordinate,
        cells: cellsOf(entry),
        rules: entry.rules,
        isBare: entry.bare,
      }))
      const changes = compareMatrices(before, after)
      onChange({ with: file.name, changes })
      tell(changes.length === 0 ? 'Nothing has changed' : `${changes.length} changed`)
    } catch (error) {
      const why = error instanceof SyntaxError ? `${error.message}.` : problemOf(error).message
      setFault(
        error instanceof SyntaxError
          ? `${file.name} cannot be read: ${why} Choose an access.lock, or what npm run access -- --json printed.`
          : why,
      )
    }
  }

  return (
    <div className="access-file">
      {fault && <Notice kind="problem">{fault}</Notice>}
      <FileTrigger
        acceptedFileTypes={['.lock', '.json', '.txt']}
        onSelect={(files) => {
          const [file] = files ?? []
          if (file) void compare(file)
        }}
      >
        <Button>Compare with another version…</Button>
      </FileTrigger>
      {comparison && (
        <Button look="quiet" onPress={() => onChange(null)}>
          Compare no more
        </Button>
      )}
    </div>
  )
}
