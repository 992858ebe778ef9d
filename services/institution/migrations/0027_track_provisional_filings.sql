-- Why: an institution does not go while somebody who is filed provisionally still has a full year to be judged there.
-- Safe online: two nullable columns that old code neither reads nor writes.

ALTER TABLE known_declaration
    ADD COLUMN provisional_at timestamptz,
    ADD COLUMN judged_at timestamptz;
