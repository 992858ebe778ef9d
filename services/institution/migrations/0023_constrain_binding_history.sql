-- Why: the history of a person's bindings has dates, and no two of them overlap (4.3, F8).
-- Safe online: old code never wrote an overlap, since it kept one binding in force and moments of one person follow each other; the index is built in a second.

ALTER TABLE binding ADD CONSTRAINT ex__binding__person_id_times
    EXCLUDE USING gist (person_id WITH =, tstzrange(bound_at, ended_at) WITH &&) WHERE (bound_at IS NOT NULL);
