import { type ReactNode, useState } from 'react'
import { Link, NavLink, useNavigate } from 'react-router'
import { problemOf } from './api/problem.ts'
import { Brand } from './components/brand.tsx'
import { Button } from './components/button.tsx'
import { useStatus } from './components/status.tsx'
import { pages } from './routes.tsx'
import { useSession } from './session/session.tsx'

export function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="banner">
        <Link to="/" className="home">
          <Brand />
        </Link>
        <Navigation />
        <Viewer />
      </header>
      <main id="content" className="page" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}

function Navigation() {
  const { session, offers } = useSession()
  const offered = pages.filter(({ label, needs }) => label && (!needs || offers.has(needs)))
  if (!session) return null
  return (
    <nav aria-label="Pages" className="navigation">
      <ul>
        {offered.map(({ path, label }) => (
          <li key={path}>
            <NavLink to={path}>{label}</NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Viewer() {
  const { session, signOut } = useSession()
  const tell = useStatus()
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  if (!session)
    return (
      <div className="viewer">
        <Link to="/sign-in">Sign in</Link>
      </div>
    )
  const leave = async () => {
    setBusy(true)
    try {
      await signOut()
      await navigate('/sign-in')
      tell('You are signed out')
    } catch (error) {
      tell(problemOf(error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="viewer">
      <span className="who">{session.user.name}</span>
      <Button look="quiet" busy={busy} onPress={leave}>
        Sign out
      </Button>
    </div>
  )
}
