-- Why: telling moved dates is a job that is watched, paused, cancelled and shared by any number of workers, at a pace (P16).
-- Safe online: columns with constant defaults on a small table, new small tables; what old code tells by its cursor is taken over
-- from where it came to, under the same row lock, and an announcement that was planned looks finished to it.

ALTER TABLE announcement
    ADD COLUMN state text NOT NULL DEFAULT 'announced',
    ADD COLUMN revision bigint NOT NULL DEFAULT 1,
    ADD COLUMN site_before jsonb,
    ADD COLUMN site_after jsonb,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN superseded_by uuid,
    ADD COLUMN reason text,
    ADD CONSTRAINT ck__announcement__state
        CHECK (state IN ('announced', 'running', 'paused', 'cancelled', 'superseded', 'finished'));
UPDATE announcement SET state = 'finished', started_at = made_at WHERE stage = 'finished';
CREATE INDEX ix__announcement__open ON announcement (cycle_id, id) WHERE state IN ('announced', 'running', 'paused');

-- The ids after one and up to another, told in one commit or not at all. `as_of` is the newest change that was known then.
CREATE TABLE announcement_slice (
    announcement_id uuid NOT NULL REFERENCES announcement (id),
    place integer NOT NULL,
    stage text NOT NULL,
    after_id uuid,
    up_to_id uuid,
    people integer NOT NULL,
    state text NOT NULL,
    as_of uuid,
    done integer NOT NULL DEFAULT 0,
    told integer NOT NULL DEFAULT 0,
    told_at timestamptz,
    CONSTRAINT pk__announcement_slice PRIMARY KEY (announcement_id, place),
    CONSTRAINT ck__announcement_slice__stage CHECK (stage IN ('candidates', 'units', 'bodies')),
    CONSTRAINT ck__announcement_slice__state CHECK (state IN ('open', 'held', 'told', 'dropped'))
);
CREATE INDEX ix__announcement_slice__open ON announcement_slice (announcement_id, place) WHERE state = 'open';
INSERT INTO announcement_slice (announcement_id, place, stage, people, state, as_of, told_at)
SELECT a.id, s.place, s.stage, 0, 'told', a.id, a.finished_at
FROM announcement a, (VALUES (1, 'candidates'), (2, 'units'), (3, 'bodies')) AS s (place, stage)
WHERE a.stage = 'finished';

-- One row: from when on the next slice may be told, so that all workers together keep the pace.
CREATE TABLE announcement_pace (
    one boolean CONSTRAINT pk__announcement_pace PRIMARY KEY DEFAULT true,
    free_at timestamptz NOT NULL,
    CONSTRAINT ck__announcement_pace__one CHECK (one)
);
INSERT INTO announcement_pace (free_at) VALUES ('2026-01-01T00:00:00+08:00');
