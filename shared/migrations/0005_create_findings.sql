-- Why: reconcilers keep what they found and how far they came; an event can go again to one consumer; limits hold in any window (M11, V4).
-- Safe online: adds columns without rewriting, and creates new tables only.

-- A copy for the one consumer that missed it: routed to its queue alone.
ALTER TABLE outbox ADD COLUMN only_for text;

CREATE TABLE finding (
    kind text NOT NULL,
    subject text NOT NULL,
    count bigint NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk__finding__kind_subject PRIMARY KEY (kind, subject)
);

CREATE TABLE reconciling_position (
    name text PRIMARY KEY,
    position text NOT NULL
);

-- Objects that no row names, since when; they are removed when that was long enough ago.
CREATE TABLE unclaimed_object (
    object_key text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

-- The times of the units that count still, newest last; never more than the limit's count.
ALTER TABLE rate_limit ADD COLUMN taken timestamptz[] NOT NULL DEFAULT '{}';
