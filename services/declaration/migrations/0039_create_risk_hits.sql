-- Why: signals of nominal affiliation are computed, explained, listed for exam bodies and decided by them (B1, F1 to F18).
-- Safe online: new tables; indexes of old ones are built while they are read, and submissions pay for a BRIN index only.

CREATE TABLE risk_thresholds (
    version integer PRIMARY KEY,
    settings jsonb NOT NULL,
    reason text NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL
);

CREATE TABLE risk_hit (
    id uuid PRIMARY KEY,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    rule text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    person_id uuid,
    body_path uuid[] NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    score smallint NOT NULL,
    value integer NOT NULL,
    thresholds_version integer NOT NULL,
    evidence bytea NOT NULL,
    found_at timestamptz NOT NULL,
    cleared_at timestamptz,
    decided_at timestamptz,
    CONSTRAINT ck__risk_hit__state CHECK (state IN ('open', 'cleared', 'dismissed', 'followed_up', 'sanctioned')),
    CONSTRAINT ck__risk_hit__subject_kind
        CHECK (subject_kind IN ('declaration', 'institution', 'supervisor', 'reviewer')),
    CONSTRAINT ck__risk_hit__score CHECK (score BETWEEN 1 AND 100),
    CONSTRAINT ck__risk_hit__cleared CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
    CONSTRAINT ck__risk_hit__decided CHECK ((state IN ('open', 'cleared')) = (decided_at IS NULL))
);
ALTER TABLE risk_hit ALTER COLUMN evidence SET STORAGE EXTERNAL;
-- Two copies of the job that find the same at the same moment write one row.
CREATE UNIQUE INDEX uq__risk_hit__undecided ON risk_hit (cycle_id, subject_id, rule) WHERE state IN ('open', 'cleared');
CREATE INDEX ix__risk_hit__subject ON risk_hit (cycle_id, subject_id);
CREATE INDEX ix__risk_hit__institution_id ON risk_hit (institution_id, cycle_id, state, score, id);
CREATE INDEX ix__risk_hit__person_id ON risk_hit (person_id, cycle_id, state) WHERE person_id IS NOT NULL;
-- A page of an exam body is read in order, whatever its level: the zone stands first in the path, a site second, a point
-- third. With and without the filter by rule.
CREATE INDEX ix__risk_hit__zone ON risk_hit ((body_path[1]), cycle_id, state, score, id);
CREATE INDEX ix__risk_hit__site ON risk_hit ((body_path[2]), cycle_id, state, score, id);
CREATE INDEX ix__risk_hit__point ON risk_hit ((body_path[3]), cycle_id, state, score, id);
CREATE INDEX ix__risk_hit__zone_rule ON risk_hit ((body_path[1]), cycle_id, state, rule, score, id);
CREATE INDEX ix__risk_hit__site_rule ON risk_hit ((body_path[2]), cycle_id, state, rule, score, id);
CREATE INDEX ix__risk_hit__point_rule ON risk_hit ((body_path[3]), cycle_id, state, rule, score, id);

CREATE TABLE risk_decision (
    hit_id uuid NOT NULL REFERENCES risk_hit (id),
    version bigint NOT NULL,
    decision text NOT NULL,
    reason bytea NOT NULL,
    decided_by uuid NOT NULL,
    role text NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk__risk_decision__hit_id_version PRIMARY KEY (hit_id, version),
    CONSTRAINT ck__risk_decision__decision CHECK (decision IN ('dismissed', 'followed_up', 'sanctioned'))
);

-- What other thresholds would find, before they are set: counted batch by batch, nothing is written but these figures.
CREATE TABLE risk_trial (
    id uuid PRIMARY KEY,
    cycle_id uuid NOT NULL REFERENCES cycle (id),
    rule text NOT NULL,
    enabled boolean NOT NULL,
    limits jsonb NOT NULL,
    thresholds_version integer NOT NULL,
    state text NOT NULL,
    after_subject uuid,
    subjects integer NOT NULL DEFAULT 0,
    found_now integer NOT NULL DEFAULT 0,
    found_then integer NOT NULL DEFAULT 0,
    would_appear integer NOT NULL DEFAULT 0,
    would_vanish integer NOT NULL DEFAULT 0,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT ck__risk_trial__state CHECK (state IN ('running', 'done'))
);
CREATE INDEX ix__risk_trial__running ON risk_trial (asked_at, id) WHERE state = 'running';

-- Subjects that wait to be looked at. Nothing is unique here: who asks never waits for who works.
CREATE TABLE risk_task (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT ck__risk_task__kind CHECK (kind IN ('declaration', 'institution', 'supervisor', 'reviewer'))
);
CREATE INDEX ix__risk_task__asked_at ON risk_task (asked_at, id);

-- How far the timeline of declarations was read, and the newest version of each that was.
CREATE TABLE risk_feed (
    name text PRIMARY KEY,
    read_until timestamptz
);
INSERT INTO risk_feed (name, read_until) VALUES ('declaration_event', NULL), ('everything', NULL);
CREATE TABLE risk_seen (
    declaration_id uuid PRIMARY KEY,
    version bigint NOT NULL
);
CREATE INDEX ix__declaration_event__at ON declaration_event USING brin (at) WITH (pages_per_range = 16);
CREATE INDEX ix__declaration_event__decisions ON declaration_event (actor_id, at)
    WHERE action IN ('approve', 'return_for_modification', 'reject');

-- Who guided whom and when, by keyed hash of the practising number: what stands sealed in the snapshots.
CREATE TABLE risk_guidance (
    declaration_id uuid NOT NULL,
    place smallint NOT NULL,
    cycle_id uuid NOT NULL,
    certificate_index bytea NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    CONSTRAINT pk__risk_guidance__declaration_id_place PRIMARY KEY (declaration_id, place)
);
CREATE INDEX ix__risk_guidance__certificate_index ON risk_guidance (certificate_index, cycle_id);

-- Keyed hashes by which nearly identical texts meet.
CREATE TABLE risk_text (
    declaration_id uuid NOT NULL,
    source text NOT NULL,
    cycle_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    bands bytea[] NOT NULL,
    CONSTRAINT pk__risk_text__declaration_id_source PRIMARY KEY (declaration_id, source)
);
CREATE INDEX ix__risk_text__bands ON risk_text USING gin (bands);

-- Lookups of the signals.
CREATE INDEX ix__declaration_document__sha256 ON declaration_document (sha256) WHERE deleted_at IS NULL;
CREATE INDEX ix__known_supervisor__certificate_index ON known_supervisor (certificate_index);

-- Schools of the province: who studied here is not far from here (F6).
CREATE TABLE risk_home_school (name text PRIMARY KEY);
INSERT INTO risk_home_school (name) VALUES
    ('武汉大学'), ('华中科技大学'), ('湖北中医药大学'), ('三峡大学'), ('长江大学'), ('湖北医药学院'), ('湖北民族大学'),
    ('湖北科技学院'), ('江汉大学'), ('武汉科技大学'), ('湖北理工学院'), ('湖北文理学院'), ('荆楚理工学院'),
    ('湖北中医药高等专科学校'), ('襄阳职业技术学院'), ('湖北职业技术学院'), ('鄂州职业大学'), ('黄冈职业技术学院'),
    ('湖北三峡职业技术学院'), ('仙桃职业学院'), ('随州职业技术学院'), ('武汉轻工大学'), ('武汉生物工程学院');

INSERT INTO risk_thresholds (version, settings, reason, set_by, set_at) VALUES (1, '{
    "F1": {"enabled": true, "limits": {"points": 50, "trainees": 5}},
    "F2": {"enabled": true, "limits": {"points": 50, "ratio": 2}},
    "F3": {"enabled": true, "limits": {"points": 50, "times": 3, "least": 10, "clinic": 5}},
    "F4": {"enabled": true, "limits": {"points": 50}},
    "F5": {"enabled": true, "limits": {"points": 40, "days": 0}},
    "F6": {"enabled": true, "limits": {"points": 20, "province": 42}},
    "F8": {"enabled": true, "limits": {"points": 50, "days": 30, "months": 12}},
    "F9": {"enabled": true, "limits": {"points": 60, "percent": 90, "shingles": 30}},
    "F10": {"enabled": true, "limits": {"points": 60}},
    "F11": {"enabled": true, "limits": {"points": 30, "days": 0}},
    "F12": {"enabled": true, "limits": {"points": 40, "days": 0}},
    "F13": {"enabled": true, "limits": {"points": 40, "wrong": 30}},
    "F14": {"enabled": true, "limits": {"points": 40, "seconds": 5, "fast": 10, "night": 30, "from_hour": 22,
                                        "to_hour": 6}},
    "F15": {"enabled": true, "limits": {"points": 40, "days": 31}},
    "F16": {"enabled": true, "limits": {"points": 80}},
    "F17": {"enabled": true, "limits": {"points": 50}},
    "F18": {"enabled": true, "limits": {"points": 50, "years": 3}}
}', '初始默认值 / first defaults', '00000000-0000-0000-0000-000000000000', now());

DO $$
DECLARE
    own_role text := current_schema();
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = own_role) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON risk_decision, risk_thresholds FROM %I', own_role);
    END IF;
END $$;
