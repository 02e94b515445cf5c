/** Photos that could not go up and are kept until what they belong to is sent. A form carries their names like any other's. */
const held = new Map<string, Blob>()
let mayHold: () => boolean = () => false

/** Pages with an outbox say when photos may wait. */
export const letPhotosWait = (when: () => boolean): void => void (mayHold = when)

export const mayWait = (): boolean => mayHold()

/** The name a waiting photo goes by, until it has one on the server. */
export function hold(id: string, blob: Blob): string {
  held.set(id, blob)
  return `local:${id}`
}

export const heldBlob = (id: string): Blob | undefined => held.get(id)
export const letGo = (name: string): void => void held.delete(name.replace(/^local:/, ''))
/** A name that means something: on the server, or here and still in hand. */
export const isThere = (name: string): boolean => !name.startsWith('local:') || held.has(name.slice(6))
