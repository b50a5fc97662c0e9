import { Link } from 'react-router'
import { PageHeading } from './page.tsx'

export function NotFoundPage() {
  return (
    <>
      <PageHeading title="There is nothing here" />
      <p>
        The page does not exist, or it is none for your roles. <Link to="/">Go to the start</Link>.
      </p>
    </>
  )
}
