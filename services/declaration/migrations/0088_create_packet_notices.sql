-- Why: a decision packet holds what was told about the declaration; notification says it, and the packet waits for that (C6).
-- Safe online: a new table and an empty column; old code writes packets at once and without, and lets answers be.

-- Until when a packet waits for what it asked for; NULL: it waits no more, or never did.
ALTER TABLE export_job ADD COLUMN notices_until timestamptz;

-- Parts of the answer as they came, sealed; they go when the packet is written, cancelled or fails.
CREATE TABLE packet_notice (
    packet_id uuid NOT NULL REFERENCES export_job (id),
    part integer NOT NULL,
    parts integer NOT NULL,
    notices text NOT NULL,
    CONSTRAINT pk__packet_notice__packet_id_part PRIMARY KEY (packet_id, part)
);
