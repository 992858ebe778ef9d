-- Why: the inbox is grouped by what messages are about, and opens the thing that each is about.
-- Safe online: adds columns with constant defaults; old code writes rows without them, which show as "other".

-- Both come from the event when the message is written (domain/place.py). `link_id` is an id of the thing, never a number
-- of a person.
ALTER TABLE message
    ADD COLUMN category text NOT NULL DEFAULT 'other',
    ADD COLUMN link_kind text,
    ADD COLUMN link_id uuid;
