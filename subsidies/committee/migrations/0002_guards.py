"""What was submitted or declared never changes, and scores stay shut until nobody owes a sheet.

The moment of opening is the database's own work: no role may write it, a function of app_keeper
does when the last sheet of an open review arrives, or the last member who owed one is excused.
"""

from django.db import migrations

FROZEN = """
CREATE FUNCTION committee_sheet_open() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM committee_assignment
        WHERE id = NEW.assignment_id AND status IN ('declared', 'draft')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a submitted score sheet does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER sheet_open BEFORE INSERT OR UPDATE ON committee_scoresheet
    FOR EACH ROW EXECUTE FUNCTION committee_sheet_open();
CREATE TRIGGER version_frozen BEFORE UPDATE OR DELETE ON committee_sheetversion
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER version_not_emptied BEFORE TRUNCATE ON committee_sheetversion
    EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER declaration_frozen BEFORE UPDATE OR DELETE ON committee_declaration
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER declaration_not_emptied BEFORE TRUNCATE ON committee_declaration
    EXECUTE FUNCTION subsidies_refuse_change();
"""

REVEAL = """
CREATE FUNCTION committee_reveal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Two last sheets at once: the second waits here and sees the first.
    PERFORM 1 FROM committee_reviewround WHERE id = NEW.round_id FOR UPDATE;
    UPDATE committee_reviewround SET revealed_at = statement_timestamp()
    WHERE id = NEW.round_id AND status = 'open' AND revealed_at IS NULL
    AND EXISTS (
        SELECT 1 FROM committee_assignment
        WHERE round_id = NEW.round_id AND status = 'submitted'
    )
    AND NOT EXISTS (
        SELECT 1 FROM committee_assignment
        WHERE round_id = NEW.round_id AND status IN ('assigned', 'declared', 'draft')
    );
    RETURN NULL;
END
$$;
GRANT SELECT, UPDATE ON committee_reviewround TO app_keeper;
GRANT SELECT ON committee_assignment TO app_keeper;
CREATE POLICY app_keeper ON committee_reviewround TO app_keeper USING (true) WITH CHECK (true);
CREATE POLICY app_keeper ON committee_assignment TO app_keeper USING (true);
ALTER FUNCTION committee_reveal() OWNER TO app_keeper;

CREATE TRIGGER assignment_settled AFTER UPDATE OF status ON committee_assignment
    FOR EACH ROW WHEN (NEW.status IN ('submitted', 'recused', 'excluded'))
    EXECUTE FUNCTION committee_reveal();

CREATE FUNCTION committee_reveal_is_ours() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revealed_at IS DISTINCT FROM OLD.revealed_at AND current_user <> 'app_keeper' THEN
        RAISE EXCEPTION 'scores open by themselves when the last sheet arrives'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER reveal_is_ours BEFORE UPDATE OF revealed_at ON committee_reviewround
    FOR EACH ROW EXECUTE FUNCTION committee_reveal_is_ours();
"""

THAWED = """
DROP TRIGGER reveal_is_ours ON committee_reviewround;
DROP FUNCTION committee_reveal_is_ours();
DROP TRIGGER assignment_settled ON committee_assignment;
SET LOCAL ROLE app_keeper;
DROP FUNCTION committee_reveal();
RESET ROLE;
DROP POLICY app_keeper ON committee_assignment;
DROP POLICY app_keeper ON committee_reviewround;
REVOKE ALL ON committee_assignment, committee_reviewround FROM app_keeper;
DROP TRIGGER declaration_not_emptied ON committee_declaration;
DROP TRIGGER declaration_frozen ON committee_declaration;
DROP TRIGGER version_not_emptied ON committee_sheetversion;
DROP TRIGGER version_frozen ON committee_sheetversion;
DROP TRIGGER sheet_open ON committee_scoresheet;
DROP FUNCTION committee_sheet_open();
"""


class Migration(migrations.Migration):
    dependencies = [("committee", "0001_initial"), ("subsidies", "0007_grants_of_decisions")]

    operations = [migrations.RunSQL(FROZEN + REVEAL, THAWED)]
