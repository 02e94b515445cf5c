-- The index of words (docs/adr/0010-index-of-words.md); 0004_words.postgres.sql is the same for the other database.
-- `seq` is where a case stands in the index: it grows with the time of arrival and never changes.
CREATE TABLE case_words (
    seq BIGINT NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL UNIQUE REFERENCES cases (id)
);

-- Terms are made by the program: letters, digits and characters, or marks with signs in them. The terms alone are kept,
-- neither their text nor their order.
CREATE VIRTUAL TABLE case_index USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars ':.-_'"
);

-- What is newer than the index says, until some have come together to be sorted into it.
CREATE TABLE case_fresh (
    seq BIGINT NOT NULL PRIMARY KEY,
    words TEXT NOT NULL
);

-- Cases whose words are not in the index: those of before it was there, and those with words that were erased.
CREATE TABLE case_unread (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id)
);
INSERT INTO case_unread (case_id) SELECT id FROM cases;

-- Words that are erased or changed are found no longer, whoever does it; the case is read again soon after.
CREATE INDEX reports_note ON reports (note);
CREATE TRIGGER notes_changed AFTER UPDATE OF body ON notes BEGIN
    DELETE FROM case_index WHERE rowid IN
        (SELECT w.seq FROM reports r JOIN case_words w ON w.case_id = r.case_id WHERE r.note = NEW.id)
    ; DELETE FROM case_fresh WHERE seq IN
        (SELECT w.seq FROM reports r JOIN case_words w ON w.case_id = r.case_id WHERE r.note = NEW.id)
    ; INSERT INTO case_unread (case_id) SELECT r.case_id FROM reports r WHERE r.note = NEW.id
        ON CONFLICT (case_id) DO NOTHING
    ; END;
