-- Why: whether somebody began with the dates of before or after a change is seen from what held when the row was written, no clock (docs/adr/0052).
-- Safe online: a column without a default; what was begun before, or by older code, has none and is told apart by its time as it was.

ALTER TABLE declaration ADD COLUMN dates_as_of uuid;
