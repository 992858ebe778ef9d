-- Why: whom a cancellation takes off the filed ones reads why in words, which wait sealed with the line (4.7, A39).
-- Safe online: adds a column without default work; old code leaves it empty, and lines from before have a code alone.

ALTER TABLE list_line ADD COLUMN reason_text bytea;
