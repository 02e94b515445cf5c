-- What no case took is looked for among the photos of the last weeks, not among all.
CREATE INDEX photos_uploaded ON photos (uploaded_at, sha);

-- A county's trail is counted and paged without reading its neighbours'.
CREATE INDEX events_county ON events (county, seq);
