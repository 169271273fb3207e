"""What was paid, out or back, never changes; a payment's letter may be added once by a worker."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION grants_paid_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.letter_id IS NULL AND NEW.letter_id IS NOT NULL
       AND to_jsonb(NEW) - 'letter_id' = to_jsonb(OLD) - 'letter_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a payment does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER payment_frozen BEFORE UPDATE ON grants_payment
    FOR EACH ROW EXECUTE FUNCTION grants_paid_once();
CREATE TRIGGER payment_kept BEFORE DELETE ON grants_payment
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER payment_not_emptied BEFORE TRUNCATE ON grants_payment
    EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER returned_frozen BEFORE UPDATE OR DELETE ON grants_recoverypayment
    FOR EACH ROW EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER returned_not_emptied BEFORE TRUNCATE ON grants_recoverypayment
    EXECUTE FUNCTION subsidies_refuse_change();
"""

THAWED = """
DROP TRIGGER returned_not_emptied ON grants_recoverypayment;
DROP TRIGGER returned_frozen ON grants_recoverypayment;
DROP TRIGGER payment_not_emptied ON grants_payment;
DROP TRIGGER payment_kept ON grants_payment;
DROP TRIGGER payment_frozen ON grants_payment;
DROP FUNCTION grants_paid_once();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0004_money")]

    operations = [migrations.RunSQL(FROZEN, THAWED)]
