import { bound } from './bound'

export default bound(import.meta.glob('../../../../../docs/handbook/zh/*.md', { eager: true, import: 'default' }))
