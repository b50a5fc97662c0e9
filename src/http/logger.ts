import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { LogLevel } from '../config.ts'

/**
 * Makes the log: JSON, a line an event. Requests are told by method and path, errors without what a statement or a
 * client put into them, so that no header, variable, body, cookie or token gets in.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { req: describeRequest, res: describeReply, err: describeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** The path alone: a query string holds an operation's variables. */
export function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? ''
}

function describeRequest(request: { method?: string; url?: string }): Record<string, unknown> {
  return { method: request.method, path: pathOf(request.url ?? '') }
}

function describeReply(reply: { statusCode?: number }): Record<string, unknown> {
  return { status: reply.statusCode }
}

/** Names of the properties under which database drivers hang a statement's parameters on its error. */
const parameterCarriers = ['params', 'parameters', 'query']

function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const carriesParameters = parameterCarriers.some((name) => name in error)
  return {
    type: error.name,
    // The message is what the parameters stand in; the cause says what went wrong.
    message: carriesParameters ? 'A statement failed' : error.message,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    stack: stackFrames(error),
    ...(error.cause !== undefined && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  }
}

/** Without the head, which repeats the message. */
function stackFrames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
