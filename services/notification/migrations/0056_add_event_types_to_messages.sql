-- Why: a decision packet says of which kind of event each notice told, also where nothing was sent beside the inbox (C6).
-- Safe online: adds an empty column; old code leaves it empty, and such messages are read without.
ALTER TABLE message ADD COLUMN event_type text;
