import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { PageHeading } from '../components/page.tsx'

const parts = [
  { to: '/account', label: 'Profile' },
  { to: '/account/security', label: 'Security' },
  { to: '/account/devices', label: 'Devices and tokens' },
]

export function AccountFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <PageHeading title={title} />
      <nav aria-label="Account" className="tabs">
        <ul>
          {parts.map(({ to, label }) => (
            <li key={to}>
              <NavLink to={to} end>
                {label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </>
  )
}
