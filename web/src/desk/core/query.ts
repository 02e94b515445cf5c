export type Query = Record<string, string>

/** The same filters, whatever their order. */
export const isSame = (a: Query, b: Query): boolean => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
