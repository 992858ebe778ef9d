-- Why: an issued certificate is frozen with everything that is printed on it, so that it prints the same again (B10, V70).
-- Safe online: adds nullable columns only.

ALTER TABLE evaluation
    ADD COLUMN certificate bytea,
    ADD COLUMN certificate_check text,
    ADD COLUMN certificate_key text,
    ADD COLUMN certificate_sha256 text;
ALTER TABLE evaluation ALTER COLUMN certificate SET STORAGE EXTERNAL;
