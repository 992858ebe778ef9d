-- Why: the table keeps rows short (toast_tuple_target), and what was moved out of them included the few ids of
-- supervisors: every write stored them elsewhere, every read fetched them from there.
-- Safe online: a setting of the column; rows written from now on follow it, none is rewritten.

ALTER TABLE declaration ALTER COLUMN supervisor_ids SET STORAGE MAIN;
