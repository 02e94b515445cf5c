import { bound } from './bound'

export default bound(import.meta.glob('../../../../../docs/handbook/en/*.md', { eager: true, import: 'default' }))
