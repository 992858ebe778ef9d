-- One service: its schema, the role that migrates it and the role that works in it. Run once per service as the
-- database's administrator, in one session that first sets three values (psql: -c "SELECT set_config(...)" -f this file):
--   tiro.service            identity | institution | declaration | notification
--   tiro.password           password of role <service>
--   tiro.migrator_password  password of role <service>_migrator
-- Repeatable: running it again only renews passwords and grants.
DO $$
DECLARE
    service  text := current_setting('tiro.service');
    migrator text := current_setting('tiro.service') || '_migrator';
    entry    record;
BEGIN
    -- Roles belong to the whole server, so two databases may be set up at the same moment.
    PERFORM pg_advisory_xact_lock(hashtext('tiro.roles'));

    FOR entry IN SELECT * FROM (VALUES
        (migrator, current_setting('tiro.migrator_password')),
        (service,  current_setting('tiro.password'))
    ) AS wanted (role_name, password)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = entry.role_name) THEN
            EXECUTE format('CREATE ROLE %I', entry.role_name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L',
                       entry.role_name, entry.password);
        EXECUTE format('ALTER ROLE %I SET search_path = %I, public', entry.role_name, service);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), entry.role_name);
    END LOOP;

    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, migrator);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service, service);

    -- What the migrator creates from now on, the service may use: rows, never structure.
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
                   migrator, service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I',
                   migrator, service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', migrator);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT EXECUTE ON FUNCTIONS TO %I',
                   migrator, service, service);
END $$;
