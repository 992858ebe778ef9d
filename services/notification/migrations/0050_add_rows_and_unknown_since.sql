-- Why: what a quota holds stands in a row, and a notice is given up by how long its fate is unknown, not by when it was made (V5, M10).
-- Safe online: adds empty columns; old code leaves them empty, and what it leaves so is taken as before.

ALTER TABLE delivery
    ADD COLUMN held_by text,
    ADD COLUMN unknown_since timestamptz;
COMMENT ON COLUMN delivery.held_by IS 'the quota, scope/per, in whose row it waits';
