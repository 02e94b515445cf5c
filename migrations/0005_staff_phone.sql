-- The telephone someone is reached at for work.
ALTER TABLE people ADD COLUMN phone TEXT;
