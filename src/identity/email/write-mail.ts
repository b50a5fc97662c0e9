import type { Letter } from './templates/template.ts'

/** A mail in text and HTML, as it is handed to a mail server. */
export interface WrittenMail {
  to: string
  subject: string
  text: string
  html: string
}

/**
 * Writes a letter in text and HTML. What stands in it is escaped: a name can neither mark up nor link anything. Links
 * are built from the public URL alone, whatever the request said of its host.
 */
export function writeMail(letter: Letter, { to, publicUrl }: { to: string; publicUrl: string }): WrittenMail {
  const { subject, before, link, code, after } = letter
  const url = link && publicUrl + link.path
  const text = [...before, url, code, ...after].filter((part) => part !== undefined).join('\n\n')
  const html = [
    ...before.map(paragraph),
    link && url && `<p><a href="${escapeHtml(url)}">${escapeHtml(link.label)}</a></p>`,
    code && `<p><strong>${escapeHtml(code)}</strong></p>`,
    ...after.map(paragraph),
  ]
  return {
    to,
    subject,
    text: `${text}\n`,
    html: `<!doctype html>\n<title>${escapeHtml(subject)}</title>\n${html.filter(Boolean).join('\n')}\n`,
  }
}

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Makes text safe to stand in HTML, in attributes in quotes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
