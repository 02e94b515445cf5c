-- The index of words (docs/adr/0010-index-of-words.md); 0004_words.sqlite.sql is the same for the other database.
-- `seq` is where a case stands in the index: it grows with the time of arrival and never changes.
-- Terms are made by the program; the terms alone are kept, neither their text nor their order.
CREATE TABLE case_words (
    seq BIGINT NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL UNIQUE REFERENCES cases (id),
    words TSVECTOR NOT NULL
);
-- What is new waits in a list that every search reads; a megabyte of it is read in some milliseconds.
CREATE INDEX case_words_words ON case_words USING gin (words) WITH (gin_pending_list_limit = 1024);
-- A frequent word is found along the newest cases and a rare one through the index, so its frequency must be known.
ALTER TABLE case_words ALTER COLUMN words SET STATISTICS 500;

-- Cases whose words are not in the index: those of before it was there, and those with words that were erased.
CREATE TABLE case_unread (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id)
);
INSERT INTO case_unread (case_id) SELECT id FROM cases;

-- Words that are erased or changed are found no longer, whoever does it; the case is read again soon after.
CREATE INDEX reports_note ON reports (note);
CREATE FUNCTION notes_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE case_words SET words = '' WHERE case_id IN (SELECT r.case_id FROM reports r WHERE r.note = NEW.id)
    ; INSERT INTO case_unread (case_id) SELECT r.case_id FROM reports r WHERE r.note = NEW.id
        ON CONFLICT (case_id) DO NOTHING
    ; RETURN NULL
    ; END $$;
CREATE TRIGGER notes_changed AFTER UPDATE OF body ON notes FOR EACH ROW EXECUTE FUNCTION notes_changed();
