/**
 * A command to the GitHub Actions runner, as a line without its end. Escaped as the runner unescapes it, so that
 * neither the text nor the title can end the line or the property.
 */
export function workflowCommand(
  command: 'group' | 'endgroup' | 'notice' | 'warning' | 'error',
  text = '',
  title?: string,
): string {
  const properties = title === undefined ? '' : ` title=${escapeProperty(title)}`;
  return `::${command}${properties}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
