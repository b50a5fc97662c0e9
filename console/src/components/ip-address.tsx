import { Fragment } from 'react'

/** An address on the network: a long one goes on in the next line after a colon, and nowhere else. */
export function IpAddress({ address }: { address: string }) {
  const [first = '', ...groups] = address.split(':')
  // Groups of an address that never changes while it is shown: their place is their name.
  const rest = groups.map((group, at) => ({ group, key: at }))
  return (
    <span className="ip-address">
      {first}
      {rest.map(({ group, key }) => (
        <Fragment key={key}>
          :<wbr />
          {group}
        </Fragment>
      ))}
    </span>
  )
}
