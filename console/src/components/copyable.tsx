import { Button } from './button.tsx'
import { useStatus } from './status.tsx'

/** A text to take along, such as a token that is shown once. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const tell = useStatus()
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell('Copied'),
      () => tell('The browser does not let pages copy: select the text instead'),
    )
  return (
    <figure className="copyable">
      <figcaption>{label}</figcaption>
      <pre>{text}</pre>
      <Button onPress={() => void copy()}>Copy</Button>
    </figure>
  )
}
