import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

export interface Page {
  /** Below `/console`, as React Router writes paths. */
  path: string
  component: LazyExoticComponent<ComponentType>
  /** Whether it is for people who are not signed in too; all others are led to the sign-in, and back. */
  open?: boolean
  /** What of the schema it stands on: without it the page is not offered. */
  needs?: string
  /** What the navigation calls it; a page without is reached from others. */
  label?: string
  /** In the navigation, what it stands below. */
  group?: string
}

/**
 * Every page of the console, in the order of the navigation: a new one needs a line here, and nothing else. Each is loaded
 * when it is first shown. The first that somebody is offered is the one that they begin at.
 */
export const pages: readonly Page[] = [
  {
    path: '/documents',
    label: 'Documents',
    needs: 'Query.documents',
    component: lazy(() => import('./documents/documents-page.tsx')),
  },
  {
    path: '/documents/new',
    needs: 'Mutation.createDocument',
    component: lazy(() => import('./documents/new-document-page.tsx')),
  },
  { path: '/documents/:id', needs: 'Query.document', component: lazy(() => import('./documents/document-page.tsx')) },
  {
    path: '/administration/people',
    label: 'People',
    group: 'Administration',
    needs: 'Query.users',
    component: lazy(() => import('./administration/people-page.tsx')),
  },
  {
    path: '/administration/people/:id',
    needs: 'Query.users',
    component: lazy(() => import('./administration/person-page.tsx')),
  },
  {
    path: '/administration/audit',
    label: 'Audit log',
    group: 'Administration',
    needs: 'Query.auditEvents',
    component: lazy(() => import('./administration/audit-page.tsx')),
  },
  { path: '/account', label: 'Account', component: lazy(() => import('./account/profile-page.tsx')) },
  { path: '/account/security', component: lazy(() => import('./account/security-page.tsx')) },
  { path: '/account/devices', component: lazy(() => import('./account/devices-page.tsx')) },
  {
    path: '/access',
    label: 'Access',
    needs: 'Query.accessMatrix',
    component: lazy(() => import('./access/access-page.tsx')),
  },
  { path: '/sign-in', open: true, component: lazy(() => import('./sign-in/sign-in-page.tsx')) },
  { path: '/register', open: true, component: lazy(() => import('./sign-in/register-page.tsx')) },
  { path: '/forgotten-password', open: true, component: lazy(() => import('./sign-in/forgotten-password-page.tsx')) },
  { path: '/reset-password', open: true, component: lazy(() => import('./sign-in/reset-password-page.tsx')) },
  { path: '/verify-email', open: true, component: lazy(() => import('./sign-in/verify-email-page.tsx')) },
]
