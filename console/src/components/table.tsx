import type { ReactNode } from 'react'

export interface Column<Row> {
  heading: string
  /** Null where the row has nothing of it: a dash, and on a phone no line at all. */
  cell(row: Row): ReactNode
  /** Holds buttons: its heading is for screen readers alone. */
  actions?: boolean
}

interface Props<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf(row: Row): string
}

/** A table, which on a phone becomes a list of cards. The first column says what the row is about. */
export function Table<Row>({ label, columns, rows, keyOf }: Props<Row>) {
  return (
    <table className="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ heading, actions }) => (
            <th key={heading} scope="col">
              {actions ? <span className="visually-hidden">{heading}</span> : heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ heading, cell, actions }, index) =>
              index === 0 ? (
                <th key={heading} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <Cell key={heading} label={actions ? undefined : heading}>
                  {cell(row)}
                </Cell>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** One without a label holds buttons. */
function Cell({ label, children }: { label: string | undefined; children: ReactNode }) {
  if (children === null) return <td className="none">–</td>
  return (
    <td data-label={label} className={label === undefined ? 'actions' : undefined}>
      {children}
    </td>
  )
}
