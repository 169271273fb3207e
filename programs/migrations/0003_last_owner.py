"""A firm that has members keeps at least one live owner (企業の代表者).

Deferred to the commit, so that ownership can change hands within a transaction. SECURITY DEFINER:
at commit the transaction's scope is already given back, and the rule must see all memberships.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION programs_keep_last_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    firm bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.firm_id ELSE NEW.firm_id END;
    was_owner boolean := TG_OP <> 'INSERT'
        AND OLD.role = 'firm_owner' AND OLD.valid_to IS NULL;
    owners int;
    members int;
BEGIN
    SELECT count(*) FILTER (WHERE role = 'firm_owner'), count(*) INTO owners, members
        FROM programs_firmmembership WHERE firm_id = firm AND valid_to IS NULL;
    IF owners = 0 AND (members > 0 OR was_owner) THEN
        RAISE EXCEPTION 'firm % would be left without an owner', firm
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'membership_last_owner';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER programs_keep_last_owner
    AFTER INSERT OR UPDATE OR DELETE ON programs_firmmembership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION programs_keep_last_owner();
"""

UNDO = """
DROP TRIGGER programs_keep_last_owner ON programs_firmmembership;
DROP FUNCTION programs_keep_last_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0002_wards")]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
