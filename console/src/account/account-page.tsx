import { PageHeading } from '../components/page.tsx'

export default function AccountPage() {
  return <PageHeading title="Account" />
}
