-- Per database, run in it as machikoba_owner (or an administrator). May be repeated.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- ALTER FUNCTION … OWNER TO app_keeper asks that the new owner may create in the schema.
GRANT CREATE ON SCHEMA public TO app_keeper;
