import logo from '../gatehouse.svg'

/** As it stands in index.html too, before anything has run. */
export function Brand() {
  return (
    <span className="brand">
      <img src={logo} alt="" width="28" height="28" />
      Gatehouse
    </span>
  )
}
