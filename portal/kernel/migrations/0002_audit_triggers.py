"""The audit chain is the database's own work: no role may place, change or remove a row.

The function that moves a chain's head belongs to app_keeper (deploy/roles.sql), which nobody logs
in as; the application's roles hold no right to change the heads.
"""

from django.db import migrations

# What a row's digest covers; portal/kernel/audit_chain.py computes the same to verify.
CANONICAL = """jsonb_build_array(
    {row}.chain, {row}.sequence,
    to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    {row}.action, {row}.actor_id, {row}.actor_name, {row}.hat, {row}.roles, {row}.firm_id,
    {row}.object_type, {row}.object_id, {row}.object_label, {row}.from_state, {row}.to_state,
    {row}.reason, {row}.changes, {row}.detail, {row}.request_id, {row}.previous
)::text"""

ROLES_PRESENT = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_keeper') THEN
        RAISE EXCEPTION 'The role app_keeper is missing: run deploy/roles.sql on this server first';
    END IF;
END
$$;
"""

APPEND = """
CREATE FUNCTION kernel_audit_append() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Locks the chain's head until the transaction ends, so that time and order agree.
    SELECT sequence + 1, head INTO NEW.sequence, NEW.previous
        FROM public.kernel_auditchain WHERE chain = NEW.chain FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.kernel_auditchain (chain, sequence, head) VALUES (NEW.chain, 0, '')
            ON CONFLICT (chain) DO NOTHING;
        SELECT sequence + 1, head INTO NEW.sequence, NEW.previous
            FROM public.kernel_auditchain WHERE chain = NEW.chain FOR UPDATE;
    END IF;
    NEW.at := clock_timestamp();
    NEW.digest := encode(sha256(convert_to({canonical}, 'UTF8')), 'hex');
    UPDATE public.kernel_auditchain SET sequence = NEW.sequence, head = NEW.digest
        WHERE chain = NEW.chain;
    RETURN NEW;
END
$$;
ALTER FUNCTION kernel_audit_append() OWNER TO app_keeper;
GRANT USAGE ON SCHEMA public TO app_keeper;
GRANT SELECT, INSERT, UPDATE ON kernel_auditchain TO app_keeper;
-- portal.kernel.rls turns row security on; its own policies name the app's roles only.
CREATE POLICY app_keeper ON kernel_auditchain TO app_keeper USING (true) WITH CHECK (true);
-- The heads are few and change with every act: keep room for new versions, clean up often.
ALTER TABLE kernel_auditchain SET (
    fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500
);
CREATE TRIGGER audit_append BEFORE INSERT ON kernel_auditrow
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_append();
""".replace("{canonical}", CANONICAL.replace("{row}", "NEW"))

REFUSE = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_auditrow
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""

UNDO = """
DROP TRIGGER audit_append_only ON kernel_auditrow;
DROP TRIGGER audit_append ON kernel_auditrow;
DROP FUNCTION kernel_append_only();
SET LOCAL ROLE app_keeper;
DROP FUNCTION kernel_audit_append();
RESET ROLE;
DROP POLICY app_keeper ON kernel_auditchain;
REVOKE ALL ON kernel_auditchain FROM app_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(ROLES_PRESENT, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND + REFUSE, UNDO),
    ]
