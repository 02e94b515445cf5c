/// <reference types="vite/client" />
declare module 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url' {
  const address: string
  export default address
}
declare module '*.md' {
  const chapter: import('./shared/handbook').Chapter
  export default chapter
}
