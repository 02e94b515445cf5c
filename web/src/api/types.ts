/**
 * The names the client gives to the shapes the server speaks. The shapes themselves come from `schema.d.ts`, which is
 * generated from the API document (`npm run schema`); one table of reads and one of writes type every call of
 * `shared/api.ts`, so it is long: one line for each operation, in one place.
 */
import type { components } from './schema'

type Schemas = components['schemas']

export interface Names { zh: string; en?: string }

/**
 * The document says of whatever may be missing that it may be null as well; the server leaves it out, except where
 * `OrNull` says otherwise. A map of texts by language is a name.
 */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? string extends keyof T
      ? [T[keyof T]] extends [never] ? Record<string, never> : T extends Record<string, string> ? Names : T
      : { [K in keyof T]: undefined extends T[K] ? Plain<NonNullable<T[K]>> : Plain<T[K]> }
    : T

type Of<Name extends keyof Schemas> = Plain<Schemas[Name]>
type OrNull<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> | null }

export type Level = Of<'Level'>
export type RegionRef = Of<'RegionRef'>
export type Region = Of<'Region'>
export type RegionDetail = Of<'RegionDetail'>
export type UnitRef = Of<'UnitRef'>
export type PersonRef = Of<'PersonRef'>
export type MatterRef = Of<'MatterRef'>
export type PlaceSource = Of<'PlaceSource'>
export type Place = Of<'Place'>
export type Clock = Of<'Clock'>
export type Deadline = Of<'Deadline'>
export type Duty = Of<'DutyView'>
export type Matter = Of<'Matter'>
export type MatterClass = Of<'MatterClass'>
export type MatterList = Of<'MatterList'>
export type MatterProposal = OrNull<Of<'ProposalList'>, 'signpost'>
export type Urgency = Of<'Urgency'>
export type Status = Of<'Status'>
export type ClosedHow = Of<'ClosedHow'>
export type Identity = Of<'Identity'>
type EntryBy = OrNull<Of<'EntryBy'>, 'role' | 'unit' | 'person'>
export type TimelineEntry = OrNull<Omit<Of<'TimelineEntry'>, 'by' | 'params'>, 'text'> & { by: EntryBy; params: Record<string, unknown> }
export type Verdict = Omit<Of<'VerdictView'>, 'contacted'> & { contacted?: boolean | null }
export type Photo = Of<'Photo'>
export interface Rows<T> { rows: T[] }
export interface Listing<T> { rows: T[]; next: string | null; count: number; count_capped: boolean }

export type Setup = Omit<Of<'Setup'>, 'map'> & { map: OrNull<Omit<Of<'MapSetup'>, 'center'>, 'tiles' | 'attribution'> & { center: [number, number] } }
export type QrPlace = Of<'QrPlace'>
export type OwnData = Of<'OwnData'>
export type ProcessingRecord = Of<'ProcessingRecord'>
export type StoredPhoto = Of<'Uploaded'>
export type NearbyCase = Of<'Nearby'>
export type PlaceNew = Of<'PlaceBody'>
export type ReportNew = Of<'ReportBody'>
export type ReportMade = Of<'Taken'>
/** Its hashes are by field, not by language. */
export type ProofFile = Schemas['ProofFile']
export type ProvedStep = Schemas['ProvedStep']
export type Log = Of<'LogView'>
export type Head = Of<'HeadView'>
export type OwnOpening = Of<'OwnOpening'>
export type Objection = Of<'Objection'>
export type ReceiptView = Omit<Of<'Followed'>, 'timeline'> & { timeline: TimelineEntry[] }
export type ContactField = Of<'Field'>
export type Purpose = Of<'Purpose'>
export type Role = Of<'Role'>
export type RegionKind = Of<'RegionKind'>
export type WordsAndPhotos = Of<'WordsBody'>

export type Post = OrNull<Of<'Post'>, 'unit' | 'until' | 'deputy_for'>
export type Me = Omit<Of<'Me'>, 'posts'> & { posts: Post[] }
export type Persona = Of<'NotedPersona'>
export type Tour = Of<'Tour'>
export type SessionRow = Of<'Session'>
export type CaseRow = Of<'CaseRow'>
export type CaseReport = Of<'ReportView'>
export type Assignment = Of<'AssignmentView'>
export type CaseDetail = Omit<Of<'CaseDetail'>, 'timeline'> & {
  timeline: TimelineEntry[]
  /** What the catalogue says of the matter; read on its own. */
  matter_detail?: Matter
}
export type Candidate = Of<'Candidate'>
export type Proposal = Omit<OrNull<Of<'ProposalView'>, 'lead' | 'deadline'>, 'why'> & { why: { step: string; params: Record<string, unknown> }[] }
export type CaseNew = Of<'EntryBody'>
export type Unit = Of<'Unit'>
export type Person = Omit<Of<'Person'>, 'posts' | 'past_posts'> & { posts: Post[]; past_posts?: Post[] }
export type TodayView = Of<'TodayView'>
export type ImportAnswer = Of<'ImportAnswer'>
export type BoundariesAnswer = Of<'BoundariesAnswer'>
export type ShapefileAnswer = OrNull<Of<'ShapefileAnswer'>, 'column'>
export type StaffImportAnswer = Of<'StaffImportAnswer'>
export type Welcome = Omit<Of<'Welcome'>, 'posts'> & { posts?: (Pick<Post, 'role' | 'region'> & { unit?: Post['unit'] })[] }
export type CatalogRow = Of<'CatalogRow'>
export type CalendarYear = Of<'YearCalendar'>
export type MarkedFile = Of<'MarkedFile'>
export type AuditRow = Omit<Of<'AuditRow'>, 'params'> & { params: Record<string, unknown> }
export type Boundaries = {
  type: 'FeatureCollection'
  features: { type: 'Feature'; geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon; properties: Of<'BoundaryProperties'> }[]
}

type Ground = GeoJSON.Polygon | GeoJSON.MultiPolygon
export type Drawing = Omit<OrNull<Of<'Drawing'>, 'next_code'>, 'outline' | 'places'> & {
  outline: Boundaries['features'][number] | null
  places: (Omit<Of<'DrawnPlace'>, 'geometry'> & { geometry: Ground | null })[]
}
export type RedrawBody = Of<'Redraw'>
export type RedrawAnswer = Of<'RedrawAnswer'>
export type PastRedrawing = OrNull<Of<'PastRedrawing'>, 'person' | 'region' | 'undone_at' | 'undone_by'>
export type TakenBack = Of<'TakenBack'>
export type Finding = Of<'Finding'>

export type WorkbookAnswer = OrNull<Of<'WorkbookAnswer'>, 'import'>
export type Gateway = Of<'Gateway'>
export type GatewayKind = Of<'GatewayKind'>
export type Message = Of<'Message'>
export type Want = Of<'Want'>
export type Wishes = OrNull<Of<'WishesBody'>, 'digest_at' | 'address'>
export type FoundRow = Of<'FoundRow'>
export type WorkbookImport = OrNull<Of<'ImportView'>, 'person' | 'undone_at'>

export type Phrase = Of<'Phrase'>
export type PhraseStep = Of<'PhraseStep'>
export type Colleague = Of<'Colleague'>
export type Cover = Of<'Cover'>

export type Source = Of<'SourceView'>
export type SourceField = Of<'FieldView'>
export type OrdersAnswer = OrNull<Omit<Of<'OrdersAnswer'>, 'headings'>, 'intake'> & { headings: OrNull<Of<'OrdersHeading'>, 'field'>[] }
export type OrderIntake = OrNull<Of<'OrderIntake'>, 'person' | 'ended_at' | 'undone_at' | 'withdrawn'>
export type OrderAnswer = OrNull<Omit<Of<'OrderAnswer'>, 'cells'>, 'handed_at'> & { cells: Record<string, string> }
export type HandBack = OrNull<Of<'HandBack'>, 'person'>
export type SourceKey = OrNull<Of<'SourceKey'>, 'ended_at' | 'created_by' | 'region'>

export type Morning = Of<'Morning'>
export type ForecastDay = Of<'ForecastDay'>
export type Week = Of<'Week'>
export type BriefFigure = Of<'BriefFigure'>
type KindFigures = Omit<Of<'KindFigures'>, 'opens'> & { opens: Record<string, string> }
export type PageSection = Omit<Of<'PageSection'>, 'kinds'> & { kinds: KindFigures[] }
export type PlacePage = Omit<Of<'PlacePage'>, 'sections'> & { sections: PageSection[] }
/** Lists whose filters can be kept. */
export type SavedList = 'cases' | 'register' | 'pleas' | 'supervisions' | 'whistles' | 'call_backs' | 'rechecks' | 'topics' | 'enforcement'
export type SavedView = OrNull<Omit<Of<'SavedView'>, 'query'>, 'unit' | 'by'> & { query: Record<string, string> }
export type SimilarCase = CaseRow & Omit<Of<'SimilarCase'>, keyof Of<'CaseRow'>>
export type ShortProposal = Of<'ShortProposal'>
export type Simulation = OrNull<Omit<Of<'Simulation'>, 'place' | 'why'>, 'lead'> & { place: Place; why: Proposal['why'] }
export type RoutingRule = OrNull<Of<'RoutingRule'>, 'made_by' | 'ended_at' | 'case_number'>
export type RoutingExample = Omit<Of<'RoutingExample'>, 'found'> & { found: Simulation }
export type PublicCase = Of<'PublicCase'>
export type PublicState = Of<'PublicState'>
export type PublicTally = Of<'PublicTally'>
export type PublicFigures = OrNull<Of<'PublicFigures'>, 'updated_at'> & { counted: OrNull<Of<'PublicCounted'>, 'cases'> }
export type ParkedCase = Of<'ParkedCase'>
export interface ParkedListing { rows: ParkedCase[]; next?: string; count: number; updated_at: string | null }
export interface OpenListing { rows: PublicCase[]; next: string | null; count: number; updated_at: string | null }
export type PublicMap = Of<'PublicMap'>
export type OpenAbout = OrNull<Of<'OpenAbout'>, 'updated_at'>
export type CaseDisclosure = Of<'CaseDisclosure'>
export type Grade = Of<'Grade'>
export type Supervision = Of<'Supervision'>
export type SupervisionRow = Supervision & { case: CaseRow }
export type Plea = Of<'Plea'>
export type PleaKind = Plea['kind']
export type PleaRow = Plea & { case: CaseRow }
export type CasePleas = Of<'CasePleas'>
export type SummaryRow = Of<'DeskRow'>
export type Share = Of<'Share'>
export type ShareRow = Of<'ShareRow'>
export type CaseShares = Of<'CaseShares'>
export type LinkView = Of<'LinkView'>
type ApprovalOutcomes = Omit<Of<'ApprovalOutcomes'>, 'rows'> & { rows: OrNull<Of<'ApprovalOutcome'>, 'refusal'>[] }
export type SignView = Of<'SignView'>
export type ItemRow = Of<'RegisterItem'>
export type ItemDetail = Of<'RegisterDetail'>
export type ItemKind = Of<'RegisterKind'>
export type ItemField = Of<'RegisterField'>
export type ItemFact = Of<'RegisterFact'>
export type ItemRef = Of<'RegisterItemRef'>
export type IndicatorValue = Of<'IndicatorValue'>
export type IndicatorTerm = Of<'IndicatorTerm'>
export type IndicatorChoice = Of<'IndicatorChoice'>
export type IndicatorPeriod = Of<'IndicatorPeriod'>
export type IndicatorCard = Of<'IndicatorCard'>
export type IndicatorPoint = Of<'IndicatorPoint'>
export type IndicatorComparedPlace = Of<'IndicatorComparedPlace'>
export type Sign = Of<'Sign'>
export type SignCase = Of<'SignCase'>
export type IndicatorRow = Of<'IndicatorRow'>
export type WhistleKind = Of<'WhistleKind'>
export type WhistleRow = Of<'WhistleRow'>
export type WhistleKindRow = Of<'WhistleKindView'>
export type WhistleRoom = Of<'WhistleRoom'>
export type WhistleCall = Of<'WhistleCallView'>
export type WhistleFigureRow = Of<'WhistleFigureRow'>
export type Registration = Of<'Registration'>
export type CommunityNeed = Of<'CommunityNeed'>
export type CommunityNeedDetail = Of<'CommunityNeedDetail'>
export type CommunityProject = Of<'CommunityProject'>
export type OpenNeed = Of<'OpenNeed'>
export type Link = Of<'Link'>
export type HouseholdLink = Of<'HouseholdLink'>
export type OwnLinks = Of<'OwnLinks'>
export type OpenLinks = Of<'OpenLinks'>
export type VisitNew = Of<'VisitNew'>
export type VisitRow = Of<'VisitRow'>
export type Visit = Of<'Visit'>
export type VisitOpened = Of<'VisitOpened'>
export type PatrolList = Of<'PatrolList'>
export type PatrolItem = Of<'PatrolItem'>
export type CallBackKind = Of<'CallBackKind'>
export type AttemptOutcome = Of<'AttemptOutcome'>
export type CallBackRow = Of<'CallBackRow'>
export type CallBackVoice = Of<'CallBackVoice'>
export type CallBackAttempt = Of<'CallBackAttempt'>
export type CallBackDetail = Of<'CallBackDetail'>
export type RecheckFinding = Of<'RecheckFinding'>
export type RecheckRow = Of<'RecheckRow'>
export type RecheckDetail = Of<'RecheckDetail'>
export type RecheckUnit = Of<'RecheckUnit'>
export type LinkedResult = Of<'LinkedResult'>

export type EnforcementCheck = Of<'EnforcementCheck'>
export type EnforcementCaseRow = Of<'EnforcementCaseRow'>
export type EnforcementCase = Of<'EnforcementCase'>
export type EnforcementStep = Schemas['EnforcementStep']
export type EnforcementStepName = Of<'StepName'>
export type EnforcementOfficer = Of<'EnforcementOfficer'>
export type EnforcementPenalty = Of<'Penalty'>
export type EnforcementPaper = Of<'EnforcementPaper'>
export type DelegatedItems = Of<'DelegatedItems'>
export type DelegatedItem = Of<'DelegatedItem'>
export type PublicDecision = Of<'PublicDecision'>
export type PartyField = Of<'PartyField'>
export type PartyPurpose = Of<'PartyPurpose'>
export type DisputePartyField = Of<'DisputePartyField'>
export type DisputePartyPurpose = Of<'DisputePartyPurpose'>
export type DocumentKind = Of<'DocumentKind'>
export type ExclusionReason = Of<'ExclusionReason'>
export type TopicRow = Of<'TopicRow'>
export type TopicDetail = Of<'TopicDetail'>
export type TopicStep = Schemas['TopicStep']
export type PublicTopic = Of<'PublicTopic'>
export type DisputeRow = Of<'DisputeRow'>
export type DisputeLine = Omit<Of<'DisputeLine'>, 'params'> & { params: Record<string, unknown> }
export type DisputeDetail = Omit<Of<'DisputeDetail'>, 'history'> & { history: DisputeLine[] }
export type DisputeParty = Of<'DisputeParty'>
export type DisputeSide = Of<'DisputeSide'>
export type DisputeSource = Of<'DisputeSource'>
export type DisputeStep = Schemas['DisputeStep']
export type Hearing = Of<'Hearing'>
export type MediationRoom = Of<'MediationRoom'>
export type MediationCentre = Of<'CentreView'>
export type MediationCounts = Of<'MediationCounts'>

/** Address → what a GET answers. */
export interface Reads {
  '/api/setup': Setup
  '/api/regions': Rows<Region>
  '/api/units/about': UnitRef[]
  '/api/regions/search': Rows<Region & { path: RegionRef[] }>
  '/api/regions/{code}': RegionDetail
  '/api/locate': Place
  '/api/regions/{code}/drawing': Drawing
  '/api/boundaries': Boundaries
  '/api/matters': MatterList
  '/api/matters/{code}': Matter
  '/api/duties': Rows<Of<'DutyName'>>
  '/api/places/{qr}': QrPlace
  '/api/places': Rows<QrPlace>
  '/api/signs/{qr}': SignView
  '/api/nearby': Rows<NearbyCase>
  '/api/register': Listing<ItemRow>
  '/api/register/kinds': Of<'KindsView'>
  '/api/register/map': Of<'MapView'>
  '/api/register/near': Rows<ItemRow>
  '/api/register/{id}': ItemDetail
  '/api/whistles': Listing<WhistleRow>
  '/api/whistles/{id}': WhistleRoom
  '/api/whistles/waiting': Of<'WhistlesWaiting'>[]
  '/api/whistles/form': Of<'WhistleForm'>
  '/api/whistles/figures': Of<'WhistleFigures'>
  '/api/whistle-calls': Listing<Of<'WhistleCallRow'>>
  '/api/neighbours': Listing<Registration>
  '/api/neighbours/offers': Of<'OfferKinds'>
  '/api/community-needs': Listing<CommunityNeed>
  '/api/community-needs/{id}': CommunityNeedDetail
  '/api/community-projects': Listing<CommunityProject>
  '/api/open/needs': Listing<OpenNeed>
  '/api/links': Listing<Link>
  '/api/links/mine': OwnLinks
  '/api/links/households': Listing<HouseholdLink>
  '/api/visits': Listing<VisitRow>
  '/api/visits/{id}': Visit
  '/api/open/links': OpenLinks
  '/api/open/links/cases': Listing<PublicCase>
  '/api/patrols': Listing<PatrolList>
  '/api/patrols/{id}': PatrolList
  '/api/patrols/{id}/items': Listing<PatrolItem>
  '/api/enforcement/items': DelegatedItems
  '/api/enforcement/officers': Rows<EnforcementOfficer>
  '/api/enforcement/today': Of<'EnforcementToday'>
  '/api/enforcement/checks': Listing<EnforcementCheck>
  '/api/enforcement/checks/{id}': EnforcementCheck
  '/api/enforcement/cases': Listing<EnforcementCaseRow>
  '/api/enforcement/cases/{id}': EnforcementCase
  '/api/cases/{id}/enforcement': Rows<Of<'EnforcementLink'>>
  '/api/people/{id}/certificate': Of<'PersonCertificate'>
  '/api/open/enforcement/items': DelegatedItems
  '/api/open/enforcement/decisions': Listing<PublicDecision>
  '/api/open/enforcement/decisions/{key}': PublicDecision
  '/api/topics': Listing<TopicRow>
  '/api/topics/month': Of<'MonthTopic'>
  '/api/topics/{id}': TopicDetail
  '/api/topics/{id}/owners': Of<'TopicOwners'>
  '/api/topics/{id}/cases': Listing<CaseRow>
  '/api/cases/{id}/topics': Rows<TopicRow>
  '/api/open/topics': Rows<PublicTopic>
  '/api/disputes': Listing<DisputeRow>
  '/api/disputes/desk': Of<'MediationDesk'>
  '/api/disputes/figures': Of<'MediationFigures'>
  '/api/disputes/{id}': DisputeDetail
  '/api/hearings': Of<'HearingWeek'>
  '/api/cases/{id}/mediation': Of<'CaseMediation'>
  '/api/call-backs': Listing<CallBackRow>
  '/api/call-backs/counts': Of<'CallBackCounts'>
  '/api/call-backs/{id}': CallBackDetail
  '/api/verdict-link': LinkedResult
  '/api/rechecks': Listing<RecheckRow>
  '/api/rechecks/units': Of<'RecheckUnits'>
  '/api/rechecks/{id}': RecheckDetail
  '/api/recheck-draws': Listing<Of<'RecheckDraw'>>
  '/api/receipt': ReceiptView
  '/api/receipt/proof': ProofFile
  '/api/receipt/openings': OwnOpening[]
  '/api/receipt/own-data': OwnData
  '/api/processing': ProcessingRecord
  '/api/erasures': Listing<Of<'ErasureRow'>>
  '/api/assessments': Listing<Of<'AssessmentRow'>>
  '/api/log': Log
  '/api/log/heads': Listing<Head>
  '/api/log/consistency': Of<'Consistency'>
  '/api/session': Me
  '/api/sessions': Rows<SessionRow>
  '/api/demo/personas': Rows<Persona>
  '/api/demo/tours': Rows<Tour>
  '/api/today': { views: TodayView[] }
  '/api/cases': Listing<CaseRow>
  '/api/cases/{id}': CaseDetail
  '/api/cases/{id}/proposal': Proposal
  '/api/cases/{id}/similar': Rows<SimilarCase>
  '/api/cases/proposals': Rows<ShortProposal>
  '/api/routing/simulation': Simulation
  '/api/views': Rows<SavedView>
  '/api/briefs/morning': Morning
  '/api/briefs/week': Week
  '/api/briefs/place': PlacePage
  '/api/indicators': Of<'IndicatorOverview'>
  '/api/indicators/definitions': Of<'IndicatorDefinitions'>
  '/api/indicators/{code}': Of<'IndicatorDetail'>
  '/api/indicators/{code}/comparison': Of<'IndicatorComparison'>
  '/api/indicators/cases': Listing<IndicatorRow>
  '/api/objections': Listing<Objection>
  '/api/objections/{id}': Objection
  '/api/gaming-signs': Listing<Sign>
  '/api/gaming-signs/{id}': Sign
  '/api/gaming-signs/{id}/cases': Listing<SignCase>
  '/api/routing/rules': Listing<RoutingRule>
  '/api/routing/examples': Rows<RoutingExample>
  '/api/cases/{id}/colleagues': Rows<Colleague>
  '/api/phrases': Listing<Phrase>
  '/api/phrases/offered': Rows<Phrase>
  '/api/session/covers': Rows<Cover>
  '/api/session/covers/colleagues': Rows<Of<'CoverColleague'>>
  '/api/units': Listing<Unit>
  '/api/people': Listing<Person>
  '/api/people/{id}': Person
  '/api/roles': Of<'Roles'>
  '/api/catalog': Rows<CatalogRow>
  '/api/catalog/{kind}/{code}': Of<'CatalogFile'>
  '/api/catalog/{kind}/{code}/versions': Rows<CatalogRow>
  '/api/calendar/{year}': CalendarYear
  '/api/audit': Listing<AuditRow>
  '/api/open/cases': OpenListing
  '/api/open/parked': ParkedListing
  '/api/open/figures': PublicFigures
  '/api/open/map': PublicMap
  '/api/open/about': OpenAbout
  '/api/cases/{id}/disclosure': CaseDisclosure
  '/api/cases/{id}/pleas': CasePleas
  '/api/pleas': Listing<PleaRow>
  '/api/exclusions': Listing<Of<'ExclusionRow'>>
  '/api/exclusions/reasons': Rows<ExclusionReason>
  '/api/cases/{id}/supervisions': { rows: Supervision[]; may_impose: boolean }
  '/api/supervisions': Listing<SupervisionRow>
  '/api/supervisions/triggers': Rows<{ code: string; names: Names }>
  '/api/disclosures': Listing<SummaryRow>
  '/api/cases/{id}/shares': CaseShares
  '/api/shares': Listing<ShareRow>
  '/api/redrawings': Listing<PastRedrawing>
  '/api/workbook/imports': Listing<WorkbookImport>
  '/api/gateways': Rows<Gateway>
  '/api/messages': Listing<Message>
  '/api/session/wishes': Wishes
  '/api/units/{id}/wishes': Wishes
  '/api/sources': { rows: Source[]; fields: SourceField[] }
  '/api/sources/{code}/intakes': Listing<OrderIntake>
  '/api/sources/{code}/answers': Listing<OrderAnswer>
  '/api/sources/{code}/hand-backs': Rows<HandBack>
  '/api/sources/{code}/keys': Rows<SourceKey>
}

/** Method and address → [body, answer]. A body of `string` or `Blob` is sent as it is. */
export interface Writes {
  'POST /api/matters/propose': [Of<'ProposeBody'>, MatterProposal]
  'POST /api/photos': [Blob, StoredPhoto]
  'POST /api/cases/{id}/supervisions': [Of<'DemandBody'>, void]
  'POST /api/supervisions/{id}/change': [Of<'DemandBody'>, void]
  'POST /api/supervisions/{id}/answer': [Of<'SupervisionWords'>, void]
  'POST /api/supervisions/{id}/release': [Of<'SupervisionWords'>, void]
  'POST /api/cases/{id}/unsettle': [Of<'UnsettleStep'>, CaseDetail]
  'POST /api/cases/{id}/pleas': [Of<'AskBody'>, CasePleas]
  'POST /api/pleas/{id}/decide': [Of<'DecideBody'>, void]
  'POST /api/pleas/{id}/withdraw': [Of<'PleaStep'>, void]
  'POST /api/pleas/{id}/appeal': [Of<'AppealBody'>, void]
  'POST /api/cases/{id}/disclosure/propose': [Of<'SummaryBody'>, CaseDisclosure]
  'POST /api/cases/{id}/disclosure/approve': [Of<'SummaryBody'>, CaseDisclosure]
  'POST /api/cases/{id}/disclosure/take-down': [Of<'TakeDownBody'>, CaseDisclosure]
  'POST /api/cases/{id}/shares': [Of<'ShareBody'>, CaseShares]
  'POST /api/cases/{id}/links': [Of<'LinkBody'>, { token: string; shares: CaseShares }]
  'POST /api/shares/{id}/{step}': [Of<'ShareStepBody'>, { shares?: CaseShares }]
  'POST /api/disclosures/approve': [Of<'ApprovalsBody'>, ApprovalOutcomes]
  'POST /api/reports': [ReportNew, ReportMade]
  'POST /api/receipt/remarks': [WordsAndPhotos, ReceiptView]
  'POST /api/receipt/reply': [WordsAndPhotos, ReceiptView]
  'POST /api/receipt/verdict': [Verdict, ReceiptView]
  'POST /api/receipt/reopen': [WordsAndPhotos, ReceiptView]
  'POST /api/receipt/withdraw': [Of<'WithdrawBody'>, ReceiptView]
  'PUT /api/receipt/messages': [{ wants: boolean }, ReceiptView]
  'POST /api/receipt/objections': [Of<'ObjectionNew'>, OwnOpening[]]
  'POST /api/receipt/own-data/code': [Of<'OwnCodeWish'>, Of<'OwnCodeAsked'>]
  'POST /api/receipt/own-data/copy': [Of<'CopyWish'>, unknown]
  'POST /api/receipt/own-data/erase': [Of<'EraseWish'>, OwnData]
  'POST /api/assessments': [Of<'AssessmentWish'>, Of<'AssessmentMade'>]
  'POST /api/receipt-codes': [Of<'CodeWish'>, Of<'CodeAsked'>]
  'POST /api/receipt-codes/open': [Of<'CodeGiven'>, Rows<FoundRow>]
  'POST /api/gateways': [Of<'GatewayNew'>, Gateway]
  'PUT /api/gateways/{id}': [Of<'GatewayChange'>, Gateway]
  'POST /api/gateways/{id}/trial': [Of<'TrialBody'>, Of<'TrialAnswer'>]
  'POST /api/messages/{id}/again': [undefined, Message]
  'PUT /api/session/wishes': [Wishes, Wishes]
  'PUT /api/units/{id}/wishes': [Wishes, Wishes]
  'POST /api/session': [Of<'LogIn'>, Me]
  'DELETE /api/session': [undefined, void]
  'PUT /api/session/password': [Of<'PasswordChange'>, Me]
  'POST /api/session/totp': [undefined, Of<'Enrolment'>]
  'PUT /api/session/totp': [{ code: string }, Me]
  'DELETE /api/session/totp': [{ code: string }, Me]
  'PUT /api/session/locale': [Of<'LocaleChoice'>, Me]
  'DELETE /api/sessions/{id}': [undefined, void]
  'POST /api/demo/session': [{ login: string }, Me]
  'POST /api/cases': [CaseNew, CaseDetail]
  'POST /api/views': [Omit<Of<'SavedViewNew'>, 'query'> & { query: Record<string, string> }, SavedView]
  'PUT /api/views/{id}': [Omit<Of<'SavedViewChange'>, 'query'> & { query: Record<string, string> }, SavedView]
  'DELETE /api/views/{id}': [undefined, void]
  'POST /api/cases/dispatch': [Of<'DispatchMany'>, Rows<Of<'DispatchedOne'>>]
  'POST /api/cases/urge': [Of<'UrgeMany'>, Rows<Of<'DispatchedOne'>>]
  'POST /api/routing/rules': [Of<'RoutingRuleNew'>, { rule: RoutingRule; replaced?: RoutingRule; differing: RoutingExample[] }]
  'DELETE /api/routing/rules/{id}': [undefined, Rows<RoutingExample>]
  'POST /api/routing/examples': [Of<'RoutingExampleNew'>, RoutingExample]
  'PUT /api/routing/examples/{id}': [undefined, void]
  'DELETE /api/routing/examples/{id}': [undefined, void]
  'POST /api/cases/{id}/{action}': [{ version: number } & Record<string, unknown>, CaseDetail]
  'POST /api/reports/{id}/contact/{field}/open': [Of<'OpenBody'>, Of<'Opened'>]
  'POST /api/phrases': [Of<'PhraseNew'>, Phrase]
  'PUT /api/phrases/{id}': [Of<'PhraseChange'>, Phrase]
  'DELETE /api/phrases/{id}': [undefined, void]
  'POST /api/session/covers': [Of<'CoverNew'>, Rows<Cover>]
  'DELETE /api/session/covers/{id}': [undefined, void]
  'POST /api/units': [Of<'UnitNew'>, Unit]
  'PUT /api/units/{id}': [Of<'UnitChange'>, Unit]
  'POST /api/people': [Of<'PersonNew'>, { person: Person; first_password: string }]
  'PUT /api/people/{id}': [Of<'PersonChange'>, Person]
  'POST /api/people/first-passwords': [Of<'PasswordsWanted'>, Of<'PasswordsGiven'>]
  'POST /api/people/{id}/reset-password': [undefined, { first_password: string }]
  'POST /api/people/{id}/leave': [Of<'LeaveBody'>, Of<'Left'>]
  'POST /api/people/{id}/posts': [Of<'PostNew'>, Person]
  'DELETE /api/people/{id}/sessions': [undefined, void]
  'DELETE /api/posts/{id}': [undefined, void]
  'POST /api/regions': [Of<'CreateRegion'>, Region]
  'PUT /api/regions/{code}': [Of<'AlterRegion'>, Region]
  'POST /api/regions/import': [Blob, ImportAnswer]
  'POST /api/units/import': [Blob, ImportAnswer]
  'POST /api/people/import': [Blob, StaffImportAnswer]
  'POST /api/workbook': [Blob, WorkbookAnswer]
  'DELETE /api/workbook/imports/{id}': [undefined, void]
  'POST /api/regions/{code}/redraw': [RedrawBody, RedrawAnswer]
  'POST /api/redrawings/{id}/take-back': [undefined, TakenBack]
  'POST /api/boundaries/cut': [Of<'Cut'>, { geometries: Ground[] }]
  'POST /api/boundaries/join': [{ geometries: Ground[] }, { geometries: Ground[] }]
  'POST /api/boundaries/shapefile': [Blob, ShapefileAnswer]
  'POST /api/register': [Omit<Of<'ItemNew'>, 'facts'> & { facts: Record<string, string> }, ItemDetail]
  'PUT /api/register/{id}': [Omit<Of<'ItemChange'>, 'number' | 'place_text' | 'owner'> & { number?: string | null; place_text?: string | null; owner?: string | null }, ItemDetail]
  'POST /api/register/{id}/facts': [Omit<Of<'FactsNew'>, 'facts'> & { facts: Record<string, string> }, ItemDetail]
  'PUT /api/register/{id}/end': [{ version: number; ends_on: string | null }, ItemDetail]
  'POST /api/register/{id}/sign': [undefined, ItemDetail]
  'POST /api/register/import': [Blob, ImportAnswer]
  'POST /api/audit/whose-file': [Blob, MarkedFile]
  'POST /api/whistles': [Of<'WhistleNew'>, WhistleRoom]
  'POST /api/whistles/{id}/calls': [Of<'CallMore'>, WhistleRoom]
  'POST /api/whistles/{id}/answer': [Of<'WhistleAnswer'>, WhistleRoom]
  'POST /api/whistles/{id}/escalate': [Of<'WhistleReason'>, WhistleRoom]
  'POST /api/whistles/{id}/decision': [Of<'WhistleAnswer'>, WhistleRoom]
  'POST /api/whistles/{id}/withdraw': [Of<'WhistleReason'>, WhistleRoom]
  'POST /api/whistle-calls/{id}/reply': [Of<'CallReply'>, WhistleRoom]
  'POST /api/whistle-calls/{id}/arrival': [Of<'CallArrival'>, WhistleRoom]
  'POST /api/whistle-calls/{id}/result': [Of<'CallResult'>, WhistleRoom]
  'POST /api/whistle-calls/{id}/grade': [Of<'CallGraded'>, WhistleRoom]
  'POST /api/whistle-calls/{id}/rating': [Of<'WhistleRated'>, WhistleRoom]
  'POST /api/objections/{id}/answer': [Of<'ObjectionAnswer'>, Objection]
  'POST /api/gaming-signs/{id}/review': [Of<'SignReview'>, Sign]
  'POST /api/gaming-signs/{id}/answer': [Of<'SignAnswer'>, Sign]
  'POST /api/neighbours': [Of<'RegistrationNew'>, Registration]
  'PUT /api/neighbours/{id}': [Of<'RegistrationChange'>, Registration]
  'POST /api/neighbours/{id}/answer': [Of<'RegistrationAnswer'>, Registration]
  'POST /api/neighbours/{id}/end': [Of<'NeighbourSeen'>, Registration]
  'POST /api/community-needs': [Of<'NeedNew'>, CommunityNeedDetail]
  'PUT /api/community-needs/{id}': [Of<'NeedChange'>, CommunityNeedDetail]
  'POST /api/community-needs/{id}/withdraw': [Of<'NeighbourSeen'>, CommunityNeedDetail]
  'POST /api/community-projects': [Of<'ProjectNew'>, CommunityProject]
  'POST /api/community-projects/{id}/report': [Of<'ProjectReport'>, CommunityProject]
  'POST /api/community-projects/{id}/judge': [Of<'ProjectJudge'>, CommunityProject]
  'POST /api/community-projects/{id}/drop': [Of<'ProjectDrop'>, CommunityProject]
  'PUT /api/links/{id}/card': [Of<'LinkCard'>, Link]
  'POST /api/links/households': [Of<'HouseholdNew'>, HouseholdLink]
  'PUT /api/links/households/{id}': [Of<'HouseholdEnd'>, HouseholdLink]
  'POST /api/visits': [VisitNew, Visit]
  'PUT /api/visits/{id}': [Of<'VisitChanged'>, Visit]
  'POST /api/visits/{id}/withdraw': [Of<'VisitSeen'>, undefined]
  'POST /api/visits/{id}/open': [Of<'VisitOpen'>, VisitOpened]
  'POST /api/visits/{id}/case': [Of<'VisitReport'>, Visit]
  'POST /api/patrols': [Of<'PatrolNew'>, PatrolList]
  'PUT /api/patrols/{id}': [Of<'PatrolChange'>, PatrolList]
  'POST /api/call-backs/{id}/attempts': [Of<'AttemptBody'>, CallBackDetail]
  'POST /api/call-backs/{id}/take-back': [{ version: number }, CallBackDetail]
  'POST /api/call-backs/{id}/link': [Of<'CallBackLinkBody'>, Of<'LinkSentView'>]
  'POST /api/rechecks/{id}/finding': [Of<'FindingBody'>, RecheckDetail]
  'POST /api/rechecks/{id}/answer': [Of<'RecheckAnswerBody'>, RecheckDetail]
  'POST /api/rechecks/{id}/decision': [Of<'DecisionBody'>, RecheckDetail]
  'POST /api/verdict-link': [Of<'VerdictView'>, Of<'LinkThanks'>]
  'POST /api/patrols/{id}/ticks': [Of<'TickBody'>, Of<'TickAnswer'>]
  'POST /api/enforcement/checks': [Of<'EnforcementCheckNew'>, EnforcementCheck]
  'POST /api/enforcement/checks/{id}/strike': [Of<'EnforcementStrike'>, EnforcementCheck]
  'POST /api/enforcement/cases': [Of<'EnforcementCaseNew'>, EnforcementCase]
  'POST /api/enforcement/cases/{id}/steps': [{ version: number; step: EnforcementStep }, EnforcementCase]
  'POST /api/enforcement/cases/{id}/party': [Of<'EnforcementPartyOpening'>, Of<'EnforcementPartyOpened'>]
  'PUT /api/people/{id}/certificate': [Of<'CertificateNew'>, Of<'PersonCertificate'>]
  'POST /api/topics/{id}/steps': [{ version: number; step: TopicStep }, TopicDetail]
  'POST /api/disputes': [Of<'DisputeNew'>, DisputeDetail]
  'POST /api/disputes/{id}/steps': [{ version: number; step: DisputeStep }, DisputeDetail | null]
  'POST /api/disputes/{id}/hearings': [Of<'HearingNew'>, DisputeDetail]
  'POST /api/hearings/{id}/steps': [{ version: number; step: Schemas['HearingStep'] }, DisputeDetail]
  'POST /api/parties/{id}/open': [Of<'OpenPartyBody'>, Of<'OpenedParty'>]
  'POST /api/mediation-rooms': [Of<'RoomNew'>, MediationRoom]
  'PUT /api/mediation-rooms/{id}': [Of<'RoomBody'>, MediationRoom]
  'POST /api/hearing-feed': [undefined, Of<'HearingFeed'>]
  'DELETE /api/hearing-feed': [undefined, void]
  'POST /api/sources/{code}/orders': [Blob, OrdersAnswer]
  'PUT /api/sources/{code}/columns': [{ columns: Record<string, string> }, void]
  'DELETE /api/sources/{code}/intakes/{id}': [undefined, Of<'OrderUndone'>]
  'POST /api/sources/{code}/hand-backs': [Of<'HandBackBody'>, HandBack]
  'POST /api/sources/{code}/keys': [Of<'KeyNew'>, Of<'KeyMade'>]
  'DELETE /api/sources/{code}/keys/{id}': [undefined, void]
  'POST /api/boundaries/import': [Boundaries, BoundariesAnswer]
  'POST /api/places': [Of<'CreateSpot'>, QrPlace]
  'PUT /api/catalog/{kind}/{code}': [Of<'CatalogNew'>, CatalogRow]
  'PUT /api/calendar/{year}': [Of<'CalendarFile'>, CalendarYear]
  'POST /api/deadline': [Of<'DeadlineQuestion'>, Deadline]
}
