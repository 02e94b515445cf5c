import ui from './ui'
import terms from './terms'
import shell from './shell'
import keys from './keys'
import session from './session'
import account from './account'
import today from './today'
import cases from './cases'
import kept from './kept'
import casepage from './casepage'
import actions from './actions'
import timeline from './timeline'
import dispatch from './dispatch'
import routing from './routing'
import split from './split'
import briefs from './briefs'
import entry from './entry'
import find from './find'
import outbox from './outbox'
import grid from './grid'
import places from './places'
import drawing from './drawing'
import imports from './imports'
import people from './people'
import messages from './messages'
import workbook from './workbook'
import sources from './sources'
import register from './register'
import patrols from './patrols'
import enforcement from './enforcement'
import callbacks from './callbacks'
import rechecks from './rechecks'
import catalog from './catalog'
import audit from './audit'
import disclosure from './disclosure'
import indicators from './indicators'
import pleas from './pleas'
import supervision from './supervision'
import phrases from './phrases'
import signs from './signs'
import shares from './shares'
import printing from './printing'
import pick from './pick'
import handbook from './handbook'
import whistles from './whistles'

export default {
  ui,
  terms,
  shell,
  keys,
  session,
  account,
  today,
  cases,
  kept,
  casepage,
  actions,
  timeline,
  dispatch,
  routing,
  split,
  briefs,
  entry,
  find,
  outbox,
  grid,
  places,
  drawing,
  imports,
  people,
  messages,
  workbook,
  sources,
  register,
  patrols,
  enforcement,
  callbacks,
  rechecks,
  catalog,
  audit,
  disclosure,
  indicators,
  pleas,
  supervision,
  phrases,
  signs,
  shares,
  printing,
  pick,
  handbook,
  whistles,
}
