"""Search that reads no more than it shows, however many applications there are.

A GIN index gives back all rows of a word before one can say which are the newest, so that a word
of many names (製作所) cost in proportion to them. Here the bigrams are rows of a table whose key
ends with the application: the rarest bigram of the query is walked from the newest application
backwards, and the walk ends with the last hit wanted, or after `budget` candidates.
"""

from django.db import migrations

# The name stands in the index beside its bigram: a walk reads neighbouring entries and nothing else.
TABLES = """
CREATE TABLE subsidies_searchgram (
    ward_id integer NOT NULL,
    gram text COLLATE "C" NOT NULL,
    application_id bigint NOT NULL REFERENCES subsidies_application ON DELETE CASCADE,
    name text NOT NULL,
    PRIMARY KEY (ward_id, gram, application_id) INCLUDE (name)
);
CREATE INDEX searchgram_application ON subsidies_searchgram (application_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON subsidies_searchgram TO app_keeper;
CREATE POLICY app_keeper ON subsidies_searchgram TO app_keeper USING (true) WITH CHECK (true);
INSERT INTO subsidies_searchgram (ward_id, gram, application_id, name)
SELECT ward_id, unnest(subsidies_search_grams(name)), application_id, name
FROM subsidies_applicationsearch;

ALTER TABLE subsidies_applicationsearch DROP COLUMN grams, DROP COLUMN name;
CREATE INDEX application_search_receipt ON subsidies_applicationsearch
    (ward_id, receipt COLLATE "C");
CREATE INDEX application_search_receipt_end ON subsidies_applicationsearch
    (ward_id, reverse(receipt) COLLATE "C");
"""

# A function of app_keeper can be dropped by app_keeper alone.
DROP_OLD = """
DROP TRIGGER application_search_changed ON subsidies_application;
DROP TRIGGER application_search_new ON subsidies_application;
SET LOCAL ROLE app_keeper;
DROP FUNCTION subsidies_fill_search();
DROP FUNCTION subsidies_search(text, integer);
DROP FUNCTION subsidies_search_all(text, integer);
RESET ROLE;
"""

FILL = """
CREATE FUNCTION subsidies_fill_search() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    new_name text := coalesce(subsidies_search_text(NEW.firm_name), '');
    new_receipt text := coalesce(subsidies_search_text(NEW.receipt_no), '');
BEGIN
    INSERT INTO subsidies_applicationsearch (application_id, ward_id, receipt)
    VALUES (NEW.id, NEW.ward_id, new_receipt)
    ON CONFLICT (application_id) DO UPDATE
        SET ward_id = excluded.ward_id, receipt = excluded.receipt;
    DELETE FROM subsidies_searchgram WHERE application_id = NEW.id;
    INSERT INTO subsidies_searchgram (ward_id, gram, application_id, name)
    SELECT NEW.ward_id, gram, NEW.id, new_name FROM unnest(subsidies_search_grams(new_name)) gram;
    RETURN NULL;
END
$$;
CREATE TRIGGER application_search_new AFTER INSERT ON subsidies_application
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION subsidies_fill_search();
CREATE TRIGGER application_search_changed
    AFTER UPDATE OF status, firm_name, receipt_no, ward_id ON subsidies_application
    FOR EACH ROW WHEN (
        NEW.status <> 'draft' AND (
            OLD.status = 'draft'
            OR NEW.firm_name IS DISTINCT FROM OLD.firm_name
            OR NEW.receipt_no IS DISTINCT FROM OLD.receipt_no
            OR NEW.ward_id IS DISTINCT FROM OLD.ward_id
        )
    ) EXECUTE FUNCTION subsidies_fill_search();

REVOKE ALL ON FUNCTION subsidies_fill_search() FROM PUBLIC;
ALTER FUNCTION subsidies_fill_search() OWNER TO app_keeper;
"""

READ = """
CREATE FUNCTION subsidies_search_in(ward integer, wanted text, most integer,
                                    OUT ids bigint[], OUT more boolean)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    rarest text;
    budget CONSTANT integer := 10000;
BEGIN
    -- The further back its 200th newest entry, the rarer the bigram.
    SELECT part INTO rarest FROM unnest(subsidies_search_grams(wanted)) part
    ORDER BY (
        SELECT application_id FROM subsidies_searchgram
        WHERE ward_id = ward AND gram = part ORDER BY application_id DESC OFFSET 199 LIMIT 1
    ) NULLS FIRST LIMIT 1;
    ids := array(
        SELECT id FROM (
            SELECT application_id AS id, name FROM subsidies_searchgram
            WHERE ward_id = ward AND gram = rarest
            ORDER BY application_id DESC LIMIT budget
        ) candidate
        WHERE position(wanted IN name) > 0 ORDER BY id DESC LIMIT most + 1
    );
    more := cardinality(ids) <= most AND (
        SELECT count(*) = budget FROM (
            SELECT 1 FROM subsidies_searchgram
            WHERE ward_id = ward AND gram = rarest LIMIT budget
        ) candidate
    );
    IF length(wanted) >= 3 THEN
        ids := ids || array(
            SELECT application_id FROM subsidies_applicationsearch
            WHERE ward_id = ward
              AND receipt COLLATE "C" >= wanted AND receipt COLLATE "C" < wanted || U&'\\FFFF'
            ORDER BY receipt COLLATE "C" DESC LIMIT most + 1
        ) || array(
            SELECT application_id FROM subsidies_applicationsearch
            WHERE ward_id = ward
              AND reverse(receipt) COLLATE "C" >= reverse(wanted)
              AND reverse(receipt) COLLATE "C" < reverse(wanted) || U&'\\FFFF'
            ORDER BY reverse(receipt) COLLATE "C" LIMIT most + 1
        );
    END IF;
    ids := array(SELECT DISTINCT id FROM unnest(ids) id ORDER BY id DESC);
    more := more OR cardinality(ids) > most;
    ids := ids[:most];
END
$$;
REVOKE ALL ON FUNCTION subsidies_search_in(integer, text, integer) FROM PUBLIC;
ALTER FUNCTION subsidies_search_in(integer, text, integer) OWNER TO app_keeper;

CREATE FUNCTION subsidies_search(query text, most integer, OUT ids bigint[], OUT more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT found.ids, found.more INTO ids, more
    FROM subsidies_search_in(
        NULLIF(current_setting('app.ward', true), '')::integer,
        subsidies_search_text(query), most) found;
END
$$;
REVOKE ALL ON FUNCTION subsidies_search(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subsidies_search(text, integer) TO app_official;
ALTER FUNCTION subsidies_search(text, integer) OWNER TO app_keeper;

CREATE FUNCTION subsidies_search_all(query text, most integer, OUT ids bigint[], OUT more boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text := subsidies_search_text(query);
    ward integer;
    found record;
BEGIN
    ids := '{}';
    more := false;
    SELECT min(ward_id) INTO ward FROM subsidies_applicationsearch;
    WHILE ward IS NOT NULL LOOP
        found := subsidies_search_in(ward, wanted, most);
        ids := ids || found.ids;
        more := more OR found.more;
        SELECT min(ward_id) INTO ward FROM subsidies_applicationsearch WHERE ward_id > ward;
    END LOOP;
    more := more OR cardinality(ids) > most;
    ids := array(SELECT id FROM unnest(ids) id ORDER BY id DESC LIMIT most);
END
$$;
REVOKE ALL ON FUNCTION subsidies_search_all(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subsidies_search_all(text, integer) TO app_auditor, app_system;
ALTER FUNCTION subsidies_search_all(text, integer) OWNER TO app_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0003_search")]

    operations = [migrations.RunSQL([DROP_OLD, TABLES, FILL, READ], migrations.RunSQL.noop)]
