"""Search by firm name and receipt number, for officials, at a million rows.

No GIN index works under row policies (none of its operators is leakproof), and Japanese names are
found by two characters, where trigrams fail. So the searched text lives in a table of its own
that no role may touch: a trigger fills it with the text's bigrams, and a function of app_keeper
reads it, for the caller's own ward only, and gives back nothing but ids
(docs/adr/0002-isolation.md).
"""

from django.db import migrations

# One way to write a name: NFKC, lower case, hiragana, no legal form, blanks, dashes or dots.
TEXT = """
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE FUNCTION subsidies_search_text(input text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT regexp_replace(
        regexp_replace(
            translate(
                lower(normalize(input, NFKC)),
                'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトド'
                'ナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶ',
                'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとど'
                'なにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖ'
            ),
            '株式会社|有限会社|合同会社|合資会社|合名会社|\\((株|有|同|資|名)\\)', '', 'g'
        ),
        '[\\s・･.,、。()「」''"\\-‐‑‒–—―−ー_/]', '', 'g'
    )
$$;

CREATE FUNCTION subsidies_search_grams(input text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(input, place, 2)), '{}')
    FROM generate_series(1, length(input) - 1) place
$$;
"""

TABLE = """
CREATE TABLE subsidies_applicationsearch (
    application_id bigint PRIMARY KEY REFERENCES subsidies_application ON DELETE CASCADE,
    ward_id integer NOT NULL,
    name text NOT NULL,
    receipt text NOT NULL,
    grams text[] NOT NULL
);
CREATE INDEX application_search ON subsidies_applicationsearch
    USING gin (ward_id, grams) WITH (fastupdate = off);
GRANT SELECT, INSERT, UPDATE, DELETE ON subsidies_applicationsearch TO app_keeper;
CREATE POLICY app_keeper ON subsidies_applicationsearch TO app_keeper
    USING (true) WITH CHECK (true);
"""

FILL = """
CREATE FUNCTION subsidies_fill_search() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    new_name text := coalesce(subsidies_search_text(NEW.firm_name), '');
    new_receipt text := coalesce(subsidies_search_text(NEW.receipt_no), '');
BEGIN
    INSERT INTO subsidies_applicationsearch (application_id, ward_id, name, receipt, grams)
    VALUES (
        NEW.id, NEW.ward_id, new_name, new_receipt,
        subsidies_search_grams(new_name) || subsidies_search_grams(new_receipt)
    )
    ON CONFLICT (application_id) DO UPDATE
        SET ward_id = excluded.ward_id, name = excluded.name,
            receipt = excluded.receipt, grams = excluded.grams;
    RETURN NULL;
END
$$;
ALTER FUNCTION subsidies_fill_search() OWNER TO app_keeper;

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
"""

# The index serves both the ward and the bigrams; MATERIALIZED keeps the planner from walking the
# primary key backwards in search of a rare name. position() instead of LIKE: nothing to escape.
READ = """
CREATE FUNCTION subsidies_search(query text, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text := subsidies_search_text(query);
    own_ward integer := NULLIF(current_setting('app.ward', true), '')::integer;
BEGIN
    IF length(wanted) < 2 OR own_ward IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH hit AS MATERIALIZED (
            SELECT found.application_id AS id FROM subsidies_applicationsearch found
            WHERE found.ward_id = own_ward AND found.grams @> subsidies_search_grams(wanted)
              AND (position(wanted IN found.name) > 0 OR position(wanted IN found.receipt) > 0)
        )
        SELECT hit.id FROM hit ORDER BY hit.id DESC LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION subsidies_search(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subsidies_search(text, integer) TO app_official;
ALTER FUNCTION subsidies_search(text, integer) OWNER TO app_keeper;

CREATE FUNCTION subsidies_search_all(query text, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text := subsidies_search_text(query);
BEGIN
    IF length(wanted) < 2 THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH hit AS MATERIALIZED (
            SELECT found.application_id AS id FROM subsidies_applicationsearch found
            WHERE found.grams @> subsidies_search_grams(wanted)
              AND (position(wanted IN found.name) > 0 OR position(wanted IN found.receipt) > 0)
        )
        SELECT hit.id FROM hit ORDER BY hit.id DESC LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION subsidies_search_all(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subsidies_search_all(text, integer) TO app_auditor, app_system;
ALTER FUNCTION subsidies_search_all(text, integer) OWNER TO app_keeper;
"""

UNDO = """
DROP FUNCTION subsidies_search_all(text, integer);
DROP FUNCTION subsidies_search(text, integer);
DROP TRIGGER application_search_changed ON subsidies_application;
DROP TRIGGER application_search_new ON subsidies_application;
DROP FUNCTION subsidies_fill_search();
DROP TABLE subsidies_applicationsearch;
DROP FUNCTION subsidies_search_grams(text);
DROP FUNCTION subsidies_search_text(text);
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_guards")]

    operations = [
        migrations.RunSQL([TEXT, TABLE, FILL, READ], UNDO),
    ]
