-- The roles of the portal. Run once per server by its administrator, again after an upgrade:
-- every statement may be repeated.  psql -d postgres -f deploy/roles.sql
-- Then give the two login roles their passwords (\password machikoba_owner, \password
-- machikoba_app), create the database (CREATE DATABASE machikoba OWNER machikoba_owner) and run
-- deploy/database.sql in it. `make demo` and `make test` do all of this by themselves.
--
-- machikoba_owner  owns the schema and runs migrations. Not a superuser, no BYPASSRLS.
-- machikoba_app    the application's login. Owns nothing. Business tables are granted only to the
--                  app_* roles, which it takes on for one transaction (SET LOCAL ROLE): whoever
--                  forgets the context gets an error, not somebody else's rows.
-- app_common       what every signed-in or anonymous request needs (sessions, wards, pages).
-- app_public … app_system   one per kind of actor; row-level policies are written TO these.
-- app_keeper       owns the SECURITY DEFINER functions that write the audit chain.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['machikoba_owner', 'machikoba_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY[
        'app_common', 'app_public', 'app_firm', 'app_official', 'app_policy', 'app_auditor',
        'app_system', 'app_keeper'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE machikoba_owner CREATEDB;

GRANT app_common TO app_public, app_firm, app_official, app_policy, app_auditor, app_system
    WITH INHERIT TRUE;
GRANT app_common TO machikoba_app WITH INHERIT TRUE;
-- The application may become each of these, and is none of them before it says so.
GRANT app_public, app_firm, app_official, app_policy, app_auditor, app_system TO machikoba_app
    WITH INHERIT FALSE, SET TRUE;
-- Migrations hand the audit functions over to app_keeper.
GRANT app_keeper TO machikoba_owner WITH INHERIT FALSE, SET TRUE;
