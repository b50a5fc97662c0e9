/** Puts a section in the place of the one with its heading, or after the others when there is none; leaves the rest. */
export function renewSection(page: string, title: string, body: string): string {
  const heading = `## ${title}`
  const [head = '', ...sections] = page.trimEnd().split(/\n(?=## )/)
  const section = `${heading}\n\n${body.trim()}\n`
  const place = sections.findIndex((candidate) => candidate.split('\n', 1)[0] === heading)
  if (place < 0) sections.push(section)
  else sections[place] = section
  return `${[head, ...sections].map((part) => part.trimEnd()).join('\n\n')}\n`
}
