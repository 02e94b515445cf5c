-- A round that began anew was signed for by whoever had signed before, and lost when: its own beginning says so.
UPDATE assignments SET signed_at = assigned_at WHERE signed_at IS NULL AND state = 'signed';
