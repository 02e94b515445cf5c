/** What can stand on the trail. One that ends in a dot is every operation that begins so. */
export const KINDS = [
  'session.', 'session.begun', 'session.refused', 'session.ended',
  'person.', 'person.created', 'person.renamed', 'person.changed', 'person.left', 'person.password_given', 'person.password_reset', 'person.password_changed', 'person.sessions_ended', 'person.totp_on', 'person.totp_off',
  'post.', 'post.granted', 'post.ended', 'post.covered', 'post.uncovered', 'posts.followed',
  'unit.', 'unit.created', 'unit.changed', 'units.imported', 'staff.imported',
  'region.', 'region.created', 'region.changed', 'regions.imported', 'boundaries.imported', 'boundaries.redrawn', 'spot.created',
  'phrase.', 'phrase.written', 'phrase.changed', 'phrase.ended',
  'workbook.', 'workbook.imported', 'workbook.undone',
  'gateway.', 'gateway.created', 'gateway.changed', 'gateway.tried', 'message.sent_again', 'wishes.changed',
  'source.', 'source.brought', 'source.undone', 'source.handed_back', 'source.key_made', 'source.key_ended',
  'routing.', 'routing.rule_made', 'routing.rule_ended', 'routing.example_kept', 'routing.example_accepted', 'routing.example_forgotten',
  'view.', 'view.kept', 'view.changed', 'view.forgotten',
  'report.found_again', 'report.messages_wished',
  'item.', 'item.created', 'item.changed', 'item.ended', 'item.restored', 'item.facts_entered', 'item.sign_given', 'items.imported', 'items.moved', 'patrol.', 'patrol.created', 'patrol.changed', 'patrol.ended', 'patrol.ticked',
  'whistle.', 'whistle.raised', 'whistle.called', 'whistle.replied', 'whistle.arrived', 'whistle.arrival_taken_back', 'whistle.result_filed', 'whistle.answered', 'whistle.escalated', 'whistle.decided', 'whistle.withdrawn', 'whistle.graded', 'whistle.rated', 'whistle.reminded',
  'catalog.changed', 'calendar.imported',
  'case.', 'case.received', 'case.dispatched', 'case.result_filed', 'case.closed', 'case.contact_opened', 'case.urged', 'case.printed', 'case.summary_proposed', 'case.summary_approved', 'case.summary_withdrawn',
]
