-- What the whole database needs, once, as its administrator, inside the database (default name: tiro). Repeatable.
-- Only extensions that exist in every common build are used: no pgcrypto, no ICU collations.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

-- A database made with character type C takes Chinese text for punctuation: every search by similarity finds nothing.
DO $$ BEGIN
    IF public.similarity('协和医院', '协和医院') < 1 THEN
        RAISE EXCEPTION 'database % was created with a character type that does not know Chinese', current_database()
            USING HINT = $hint$CREATE DATABASE tiro TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C.UTF-8'$hint$;
    END IF;
END $$;

-- Nobody gets anything by merely being able to log in.
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
