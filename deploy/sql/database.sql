-- What the whole database needs, once, as its administrator, inside the database (default name: tiro). Repeatable.
-- Only extensions that exist in every common build are used: no pgcrypto, no ICU collations.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

-- Nobody gets anything by merely being able to log in.
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
