import { Suspense } from 'react'
import { RouterProvider } from 'react-aria-components'
import { BrowserRouter, Navigate, Route, Routes, useHref, useLocation, useNavigate } from 'react-router'
import { ErrorBoundary } from './components/error-boundary.tsx'
import { NotFoundPage } from './components/not-found-page.tsx'
import { Loading } from './components/page.tsx'
import { StatusProvider } from './components/status.tsx'
import { Layout } from './layout.tsx'
import { type Page, pages } from './routes.tsx'
import { SessionProvider, useSession } from './session/session.tsx'
import { Unreachable } from './unreachable.tsx'

export function App() {
  return (
    <StatusProvider>
      <SessionProvider pending={(problem, retry) => <Unreachable problem={problem} onRetry={retry} />}>
        <BrowserRouter basename="/console">
          <LinkedPages />
        </BrowserRouter>
      </SessionProvider>
    </StatusProvider>
  )
}

function LinkedPages() {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  return (
    <RouterProvider navigate={(path) => void navigate(path)} useHref={useHref}>
      <Layout>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Loading />}>
            <Routes>
              <Route index element={<Start />} />
              {pages.map((page) => (
                <Route key={page.path} path={page.path} element={<Guarded page={page} />} />
              ))}
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </Layout>
    </RouterProvider>
  )
}

/** The first page that somebody is offered. */
function Start() {
  const { offers } = useSession()
  const first = pages.find(({ label, needs }) => label && (!needs || offers.has(needs)))
  return <Navigate to={first?.path ?? '/account'} replace />
}

function Guarded({ page }: { page: Page }) {
  const { session, offers } = useSession()
  const { pathname, search } = useLocation()
  if (!session && !page.open)
    return <Navigate to={`/sign-in?${new URLSearchParams({ from: pathname + search })}`} replace />
  if (page.needs && !offers.has(page.needs)) return <NotFoundPage />
  return <page.component />
}
