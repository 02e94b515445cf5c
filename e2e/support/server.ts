import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Loading the demo city with an unoptimised binary on a busy machine takes its time. */
const START_LIMIT_MS = 240_000
const STOP_LIMIT_MS = 10_000

/**
 * Starts the demo city in a folder of its own on a free port, and hands its address to the tests. Only the scripted cases are
 * in it: journeys name them, and a season more would only cost time.
 * With JISHI_URL set, the tests run against that server instead and nothing is started. With JISHI_TEST_DB=postgres the
 * demo's data go into the empty database of JISHI_TEST_POSTGRES, as `scripts/postgres` gives it.
 */
export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.JISHI_URL) return undefined
  const binary = process.env.JISHI_BIN ?? join(root, 'target/debug/jishi')
  if (!existsSync(binary)) throw new Error(`${binary} is missing: build it with 'make build'`)
  const folder = await mkdtemp(join(tmpdir(), 'jishi-e2e-'))
  const server = spawn(binary, ['demo', '--data', folder, '--port', '0', '--cases', '0', ...database()], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = async () => {
    await end(server)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    process.env.JISHI_URL = await address(server)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

function database(): string[] {
  const chosen = process.env.JISHI_TEST_DB ?? 'sqlite'
  if (chosen === 'sqlite') return []
  const url = process.env.JISHI_TEST_POSTGRES
  if (chosen !== 'postgres' || !url) throw new Error('JISHI_TEST_DB is sqlite or postgres, the latter inside scripts/postgres')
  return ['--database', url]
}

/** The first loopback address the server prints, once it answers there. */
async function address(server: ChildProcess): Promise<string> {
  let printed = ''
  const deadline = Date.now() + START_LIMIT_MS
  const listen = (chunk: Buffer) => {
    printed += chunk.toString()
  }
  server.stdout?.on('data', listen)
  server.stderr?.on('data', listen)
  const failure = new Promise<never>((_, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${printed}`)))
  })
  failure.catch(() => {})
  while (Date.now() < deadline) {
    const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(printed)?.[0]
    if (url && (await answers(url))) {
      // The tests do not read the output; a full pipe must not stop the server.
      server.stdout?.off('data', listen).resume()
      server.stderr?.off('data', listen).resume()
      return url
    }
    await Promise.race([failure, new Promise((wait) => setTimeout(wait, 100))])
  }
  throw new Error(`the server did not answer within ${START_LIMIT_MS / 1000} s:\n${printed}`)
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok
  } catch {
    return false
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  const late = setTimeout(() => server.kill('SIGKILL'), STOP_LIMIT_MS)
  await gone
  clearTimeout(late)
}
