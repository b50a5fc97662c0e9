import { changeFaces, explainCell, matches, meanings, symbols, tellChange } from './matrix.js'

/**
 * Shows a matrix in an element: filters, a table that arrow keys lead through, and a dialog for a cell. All texts are put
 * in as text alone. `update` shows another one under the same filters; `remove` takes it away.
 *
 * @param {HTMLElement} container
 * @param {import('./matrix.js').Matrix} first
 * @param {{ label?: string }} [options]
 */
export function showMatrix(container, first, { label = 'Access matrix' } = {}) {
  let matrix = first
  /** @type {{ row: HTMLTableRowElement, line: import('./matrix.js').Line }[]} */
  let lines = []
  /** @type {Set<string | null>} */
  const closed = new Set()
  let column = 0

  const isOperation = matrix.groups.every(({ name }) => name === null)
  const status = make('span', { className: 'matrix-quiet', role: 'status' })
  const comparison = make('div', {})
  const table = make('table', {}, make('caption', {}, label))
  const dialog = createDialog()
  const filters = createFilters(matrix)
  const { search, type, one, other, changes } = filters.inputs
  const toggle = make('button', { type: 'button', className: 'button' }, 'Collapse all')
  filters.form.append(toggle)
  const legend = make('p', { className: 'matrix-legend' })
  for (const decision of /** @type {const} */ (['allow', 'deny', 'conditional'])) {
    const face = make('span', { className: decision, title: meanings[decision] }, `${symbols[decision]} ${decision}`)
    legend.append(face, ' ')
  }
  legend.append(status)
  const region = make('div', { className: 'matrix-table', role: 'region', ariaLabel: label, tabIndex: 0 }, table)
  container.replaceChildren(...(isOperation ? [] : [comparison, filters.form]), legend, region, dialog.element)

  function draw() {
    comparison.replaceChildren(...describeComparison(matrix.comparison))
    filters.changes.hidden = !matrix.comparison?.changes.length
    if (filters.changes.hidden) changes.checked = false
    const heads = [isOperation ? 'Part' : 'Field', ...matrix.viewers].map((name) =>
      make('th', { scope: 'col' }, make('span', {}, name)),
    )
    lines = []
    const bodies = matrix.groups.map((group) => {
      const body = make('tbody', {})
      if (group.name !== null) body.append(headingOf(group))
      for (const line of group.lines) {
        const row = rowOf(line, matrix.viewers)
        lines.push({ row, line })
        body.append(row)
      }
      return body
    })
    for (const old of [...table.children].slice(1)) old.remove()
    table.append(make('thead', {}, make('tr', {}, ...heads)), ...bodies)
    applyFilters()
  }

  /** @param {import('./matrix.js').Group} group */
  function headingOf({ name, lines: own }) {
    const button = make('button', { type: 'button', tabIndex: -1, className: 'matrix-type' }, ...breakable(name ?? ''))
    button.addEventListener('click', () => setClosed(name, !closed.has(name)))
    const sums = matrix.viewers.map((viewer) => {
      const counts = Map.groupBy(own, ({ cells }) => cells[viewer] ?? 'none')
      const texts = /** @type {const} */ (['allow', 'conditional', 'deny']).flatMap((decision) => {
        const count = counts.get(decision)?.length
        return count ? [make('span', { className: decision }, `${symbols[decision]} ${count}`), ' '] : []
      })
      return make('td', { className: 'matrix-sums' }, ...texts)
    })
    return make('tr', {}, make('th', { scope: 'rowgroup' }, button), ...sums)
  }

  function applyFilters() {
    const filter = {
      search: search.value,
      type: type.value,
      one: one.value,
      other: other.value,
      changes: changes.checked,
    }
    // What somebody looks for is shown wherever it stands.
    const isSearch = search.value.trim() !== ''
    let count = 0
    for (const { row, line } of lines) {
      const found = matches(line, filter)
      if (found) count++
      row.dataset.found = String(found)
      row.hidden = !found || (!isSearch && closed.has(groupOf(line)))
    }
    for (const body of table.tBodies) {
      body.hidden = !body.querySelector('tr[data-found="true"]')
      const button = body.querySelector('.matrix-type')
      button?.setAttribute('aria-expanded', String(isSearch || !closed.has(button.textContent)))
    }
    toggle.textContent = closed.size > 0 ? 'Expand all' : 'Collapse all'
    status.textContent = isOperation ? '' : `${count} of ${lines.length} shown`
    makeReachable(shownButtons()[0]?.[0])
  }

  /** @param {import('./matrix.js').Line} line */
  function groupOf(line) {
    return matrix.groups.find(({ lines: own }) => own.includes(line))?.name ?? null
  }

  /**
   * @param {string | null} name
   * @param {boolean} isClosed
   */
  function setClosed(name, isClosed) {
    if (isClosed) closed.add(name)
    else closed.delete(name)
    const focused = document.activeElement
    applyFilters()
    if (focused instanceof HTMLButtonElement && table.contains(focused)) makeReachable(focused)
  }

  /** The buttons that are shown, row by row. */
  function shownButtons() {
    const rows = [...table.tBodies].flatMap((body) => (body.hidden ? [] : [...body.rows]))
    return rows
      .filter((row) => !row.hidden)
      .map((row) => [...row.querySelectorAll('button')])
      .filter((buttons) => buttons.length > 0)
  }

  /**
   * One button of the table is in the order of Tab; arrows lead to the others.
   *
   * @param {HTMLButtonElement | undefined} button
   */
  function makeReachable(button) {
    for (const old of table.querySelectorAll('button')) old.tabIndex = -1
    if (button) button.tabIndex = 0
  }

  table.addEventListener('keydown', (event) => {
    const button = event.target
    if (!(button instanceof HTMLButtonElement)) return
    const rows = shownButtons()
    const at = rows.findIndex((buttons) => buttons.includes(button))
    const row = rows[at] ?? []
    if (row.length > 1) column = row.indexOf(button)
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    /** @type {HTMLButtonElement | undefined} */
    let next
    if (step !== undefined) {
      const beside = rows[at + step] ?? []
      next = beside[Math.min(column, beside.length - 1)]
    } else if (button.className === 'matrix-type') {
      const isClosed = { ArrowLeft: true, ArrowRight: false }[event.key]
      if (isClosed === undefined) return
      event.preventDefault()
      return setClosed(button.textContent, isClosed)
    } else if (event.key === 'ArrowLeft') next = row[column - 1]
    else if (event.key === 'ArrowRight') next = row[column + 1]
    else if (event.key === 'Home') next = row[0]
    else if (event.key === 'End') next = row.at(-1)
    if (!next) return
    event.preventDefault()
    if (row.length > 1 && row.includes(next)) column = row.indexOf(next)
    makeReachable(next)
    next.focus()
  })

  table.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    const line = lines.find(({ row }) => button && row.contains(button))?.line
    if (!button || !line) return
    makeReachable(button)
    dialog.tell(line, button.dataset.viewer ?? '')
  })

  toggle.addEventListener('click', () => {
    if (closed.size > 0) closed.clear()
    else for (const { name } of matrix.groups) closed.add(name)
    applyFilters()
  })
  filters.form.addEventListener('input', applyFilters)
  filters.form.addEventListener('submit', (event) => event.preventDefault())
  filters.form.addEventListener('reset', () => setTimeout(applyFilters))
  draw()

  return {
    /** @param {import('./matrix.js').Matrix} another */
    update(another) {
      matrix = another
      draw()
    },
    remove: () => container.replaceChildren(),
  }
}

/** @param {import('./matrix.js').Matrix} matrix */
function createFilters({ viewers, groups }) {
  const choices = (/** @type {readonly (string | null)[]} */ names, /** @type {string} */ all) => [
    make('option', { value: '' }, all),
    ...names.map((name) => make('option', {}, name ?? '')),
  ]
  const roles = viewers.filter((name) => name !== 'owner')
  const types = groups.map(({ name }) => name)
  const inputs = {
    search: make('input', { type: 'search', name: 'search', autocomplete: 'off', placeholder: 'User.email' }),
    type: make('select', { name: 'type' }, ...choices(types, 'all')),
    one: make('select', { name: 'one', ariaLabel: 'One role' }, ...choices(roles, 'any role')),
    other: make('select', { name: 'other', ariaLabel: 'Other role' }, ...choices(roles, 'any role')),
    changes: make('input', { type: 'checkbox', name: 'changes' }),
  }
  const field = (/** @type {string} */ label, /** @type {HTMLElement} */ input) =>
    make('label', { className: 'field' }, make('span', {}, label), input)
  const changes = make('label', { className: 'matrix-tick' }, inputs.changes, ' Changes alone')
  const difference = make(
    'fieldset',
    { className: 'field matrix-difference' },
    make('legend', {}, 'Differs between two roles'),
    make('div', {}, inputs.one, ' and ', inputs.other),
  )
  const form = make(
    'form',
    { className: 'matrix-filters' },
    field('Search', inputs.search),
    field('Type', inputs.type),
    difference,
    changes,
    make('button', { type: 'reset', className: 'button' }, 'Show all'),
  )
  return { form, inputs, changes }
}

/**
 * @param {import('./matrix.js').Line} line
 * @param {readonly string[]} viewers
 */
function rowOf({ name, depth, coordinate, cells, changes }, viewers) {
  const head = make('th', { scope: 'row' }, ...breakable(name), ...changes.map(({ kind }) => badge(kind)))
  if (depth > 0) head.dataset.depth = String(Math.min(depth, 6))
  const buttons = viewers.map((viewer) => {
    const decision = cells[viewer] ?? 'none'
    const old = changes.flatMap((change) => change.cells).find(({ role }) => role === viewer)?.before
    const button = make('button', { type: 'button', tabIndex: -1, className: decision }, symbols[decision])
    button.dataset.viewer = viewer
    button.ariaLabel = `${coordinate}, ${viewer}: ${decision}${old ? `, was ${old}` : ''}`
    if (decision !== 'none') button.append(' ', make('span', { className: 'matrix-word' }, decision))
    if (old) button.append(' ', make('span', { className: 'matrix-changed' }, `was ${symbols[old]}`))
    return make('td', {}, button)
  })
  return make('tr', {}, head, ...buttons)
}

/** @param {import('./matrix.js').Comparison | null} comparison */
function describeComparison(comparison) {
  if (!comparison) return []
  const name = make('code', {}, comparison.with)
  if (comparison.changes.length === 0) return [make('p', {}, 'Nothing has changed since ', name, '.')]
  const kinds = Object.keys(changeFaces)
  const sorted = comparison.changes.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))
  const items = sorted.map((change) =>
    make('li', {}, badge(change.kind), ' ', make('code', {}, ...breakable(change.coordinate)), ' ', tellChange(change)),
  )
  const summary = make('summary', {}, `${items.length} changed since `, name)
  return [make('details', { open: true, className: 'matrix-changes' }, summary, make('ul', {}, ...items))]
}

/**
 * A name of the schema that goes on in the next line, where it has to, between its words.
 *
 * @param {string} name
 */
function breakable(name) {
  const words = name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[._])|(?=\()/)
  return words.flatMap((word, at) => (at === 0 ? [word] : [make('wbr', {}), word]))
}

/** @param {keyof typeof changeFaces} kind */
function badge(kind) {
  const { symbol, colour } = changeFaces[kind]
  return make('span', { className: `matrix-badge ${colour}` }, `${symbol} ${kind}`)
}

let dialogs = 0

function createDialog() {
  const id = `matrix-told-${++dialogs}`
  const heading = make('h2', { id })
  const list = make('dl', {})
  const close = make('button', { type: 'button', className: 'button' }, 'Close')
  const element = make('dialog', { className: 'matrix-dialog' }, heading, list, close)
  element.setAttribute('aria-labelledby', id)
  close.addEventListener('click', () => element.close())
  return {
    element,
    /**
     * @param {import('./matrix.js').Line} line
     * @param {string} viewer
     */
    tell(line, viewer) {
      const decision = line.cells[viewer] ?? 'none'
      const face = make('span', { className: `matrix-badge ${decision}` }, `${symbols[decision]} ${decision}`)
      heading.textContent = `${line.coordinate} for ${viewer}`
      list.replaceChildren(
        make('dt', {}, 'Decision'),
        make('dd', {}, face, ` ${meanings[decision]}`),
        make('dt', {}, 'Why'),
        make('dd', {}, explainCell(line, viewer)),
      )
      for (const change of line.changes)
        list.append(make('dt', {}, 'Since then'), make('dd', {}, badge(change.kind), ` ${tellChange(change)}`))
      for (const rule of line.rules) {
        const own = viewer === 'owner' ? undefined : rule.cells[viewer]
        const mark = own ? [make('span', { className: `matrix-badge ${own}` }, `${symbols[own]} ${own}`), ' '] : []
        const place = `on ${rule.coordinate}${rule.location ? `, ${rule.location}` : ''}`
        list.append(
          make('dt', {}, 'Rule'),
          make('dd', {}, ...mark, make('code', {}, rule.text), make('div', { className: 'matrix-quiet' }, place)),
        )
      }
      element.showModal()
    },
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[NoInfer<Name>]>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties)
  element.append(...children)
  return element
}
