"""The database itself writes down who typed which answer, whichever way it was saved.

One row for a person and a field, with the first and the last time: a draft saves itself every few
seconds. An evaluation that was handed over is frozen. All of it goes with a draft that its firm
throws away, which no ORM does here: firms may not read what hangs on a draft.
"""

from django.db import migrations

_PARTS = (
    ("planshare", "application", "subsidies_application"),
    ("planevaluation", "application", "subsidies_application"),
    ("fieldauthor", "application", "subsidies_application"),
    ("plancomment", "share", "evaluation_planshare"),
    ("planevaluation", "share", "evaluation_planshare"),
)
CASCADES = "".join(
    f"ALTER TABLE evaluation_{table} ADD CONSTRAINT {table}_of_{parent}"
    f" FOREIGN KEY ({parent}_id) REFERENCES {target} ON DELETE CASCADE"
    " DEFERRABLE INITIALLY DEFERRED;"
    for table, parent, target in _PARTS
)
LOOSE = "".join(
    f"ALTER TABLE evaluation_{table} DROP CONSTRAINT {table}_of_{parent};"
    for table, parent, _target in _PARTS
)

AUTHORS = """
CREATE FUNCTION evaluation_authors() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO evaluation_fieldauthor
        (application_id, ward_id, firm_id, field, user_id, first_at, last_at, saves)
    SELECT NEW.id, NEW.ward_id, NEW.firm_id, left(changed.field, 80),
        COALESCE(NULLIF(current_setting('app.user', true), '')::bigint, 0),
        clock_timestamp(), clock_timestamp(), 1
    FROM (
        SELECT 'answers.' || code AS field
        FROM (SELECT jsonb_object_keys(OLD.answers) UNION SELECT jsonb_object_keys(NEW.answers))
            AS asked (code)
        WHERE OLD.answers -> code IS DISTINCT FROM NEW.answers -> code
        UNION ALL
        SELECT 'eligibility.' || code
        FROM (
            SELECT jsonb_object_keys(OLD.eligibility)
            UNION SELECT jsonb_object_keys(NEW.eligibility)
        ) AS asked (code)
        WHERE OLD.eligibility -> code IS DISTINCT FROM NEW.eligibility -> code
        UNION ALL
        SELECT 'expenses' WHERE OLD.expense_input IS DISTINCT FROM NEW.expense_input
    ) AS changed
    ON CONFLICT (application_id, field, user_id) DO UPDATE
        SET last_at = excluded.last_at, saves = evaluation_fieldauthor.saves + 1;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION evaluation_authors() FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON evaluation_fieldauthor TO app_keeper;
GRANT USAGE ON SEQUENCE evaluation_fieldauthor_id_seq TO app_keeper;
CREATE POLICY app_keeper ON evaluation_fieldauthor TO app_keeper USING (true) WITH CHECK (true);
CREATE TRIGGER application_authors
    AFTER UPDATE OF answers, eligibility, expense_input ON subsidies_application
    FOR EACH ROW EXECUTE FUNCTION evaluation_authors();
ALTER FUNCTION evaluation_authors() OWNER TO app_keeper;

CREATE FUNCTION evaluation_submitted_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an evaluation that was handed over does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER evaluation_frozen BEFORE UPDATE ON evaluation_planevaluation
    FOR EACH ROW EXECUTE FUNCTION evaluation_submitted_once();
"""

UNDO = """
DROP TRIGGER evaluation_frozen ON evaluation_planevaluation;
DROP FUNCTION evaluation_submitted_once();
DROP TRIGGER application_authors ON subsidies_application;
SET LOCAL ROLE app_keeper;
DROP FUNCTION evaluation_authors();
RESET ROLE;
DROP POLICY app_keeper ON evaluation_fieldauthor;
REVOKE ALL ON evaluation_fieldauthor FROM app_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]

    operations = [migrations.RunSQL(CASCADES, LOOSE), migrations.RunSQL(AUTHORS, UNDO)]
