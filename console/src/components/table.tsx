import type { ReactNode } from 'react'

export interface Column<Row> {
  heading: string
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
                <td
                  key={heading}
                  data-label={actions ? undefined : heading}
                  className={actions ? 'actions' : undefined}
                >
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
