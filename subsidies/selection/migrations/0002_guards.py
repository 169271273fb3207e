"""What was proposed stays as it was proposed: the frozen result, its digest and its budget."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION selection_result_frozen() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.result, NEW.sha256, NEW.budget_yen, NEW.call_id, NEW.prepared_by_id)
        IS DISTINCT FROM (OLD.result, OLD.sha256, OLD.budget_yen, OLD.call_id, OLD.prepared_by_id)
    THEN
        RAISE EXCEPTION 'a proposed selection does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER selection_frozen BEFORE UPDATE ON selection_selection
    FOR EACH ROW EXECUTE FUNCTION selection_result_frozen();
CREATE TRIGGER selection_kept BEFORE DELETE ON selection_selection
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER selection_not_emptied BEFORE TRUNCATE ON selection_selection
    EXECUTE FUNCTION subsidies_refuse_change();
"""

UNDO = """
DROP TRIGGER selection_not_emptied ON selection_selection;
DROP TRIGGER selection_kept ON selection_selection;
DROP TRIGGER selection_frozen ON selection_selection;
DROP FUNCTION selection_result_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("selection", "0001_initial"), ("subsidies", "0002_guards")]

    operations = [migrations.RunSQL(FROZEN, UNDO)]
