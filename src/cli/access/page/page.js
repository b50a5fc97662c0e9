// Runs in the page: what is shown is decided by the filters, and a cell tells of its rules. The texts are in the page's
// data and are put into it as text alone.
const data = JSON.parse(document.getElementById('data').textContent)
const filters = document.querySelector('form.filters')
const table = document.querySelector('table')
const dialog = document.querySelector('dialog')
const status = document.querySelector('[role=status]')
const lines = [...table.querySelectorAll('tr[data-row]')].map((element) => ({
  element,
  row: data.rows[element.dataset.row],
}))

function applyFilters() {
  const { search, type, one, other, changes } = filters.elements
  const text = search.value.trim().toLowerCase()
  let count = 0
  for (const { element, row } of lines) {
    const shown =
      row.coordinate.toLowerCase().includes(text) &&
      (type.value === '' || row.type === type.value) &&
      (one.value === '' || other.value === '' || row.cells[one.value] !== row.cells[other.value]) &&
      (!changes?.checked || row.changes.length > 0)
    element.hidden = !shown
    if (shown) count++
  }
  for (const body of table.tBodies) body.hidden = !body.querySelector('tr[data-row]:not([hidden])')
  status.textContent = `${count} of ${lines.length} shown`
  makeReachable(shownCells()[0]?.[0])
}

/** The buttons that are shown, line by line. */
function shownCells() {
  return lines.filter(({ element }) => !element.hidden).map(({ element }) => [...element.querySelectorAll('button')])
}

/** One cell is in the order of Tab; arrows lead to the others. */
function makeReachable(button) {
  for (const other of table.querySelectorAll('button[tabindex="0"]')) other.tabIndex = -1
  if (button) button.tabIndex = 0
}

const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

table.addEventListener('keydown', (event) => {
  const cells = shownCells()
  const y = cells.findIndex((line) => line.includes(event.target))
  if (y < 0) return
  const x = cells[y].indexOf(event.target)
  const [down, right] = moves[event.key] ?? []
  let next
  if (down !== undefined) next = cells[y + down]?.[x + right]
  if (event.key === 'Home') next = cells[y][0]
  if (event.key === 'End') next = cells[y].at(-1)
  if (!next) return
  event.preventDefault()
  makeReachable(next)
  next.focus()
})

table.addEventListener('click', (event) => {
  const button = event.target.closest('button')
  if (!button) return
  makeReachable(button)
  tell(data.rows[button.closest('tr').dataset.row], button.dataset.viewer)
})

function tell(row, viewer) {
  const [heading, list] = [dialog.querySelector('h2'), dialog.querySelector('dl')]
  heading.textContent = `${row.coordinate} for ${viewer}`
  list.replaceChildren()
  const add = (term, ...texts) => {
    list.append(make('dt', term))
    for (const text of texts) list.append(make('dd', text))
  }
  add('Decision', data.meanings[row.cells[viewer] ?? 'none'])
  for (const change of row.changes) add('Since then', change)
  for (const { text, coordinate, location } of row.rules) {
    const rule = make('dd', '')
    rule.append(make('code', text), make('div', location ? `on ${coordinate}, ${location}` : `on ${coordinate}`))
    list.append(make('dt', 'Rule'), rule)
  }
  if (row.rules.length === 0) add('Rule', 'none: it is decided on the way to it')
  dialog.showModal()
}

function make(name, text) {
  const element = document.createElement(name)
  element.textContent = text
  return element
}

dialog.querySelector('button').addEventListener('click', () => dialog.close())
filters.addEventListener('input', applyFilters)
filters.addEventListener('submit', (event) => event.preventDefault())
filters.addEventListener('reset', () => setTimeout(applyFilters))
applyFilters()
