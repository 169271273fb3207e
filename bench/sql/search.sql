-- What the trigger would have written row by row, at once, with the indexes made afterwards.
CREATE TEMP TABLE index_of_search AS
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'subsidies_applicationsearch' AND indexdef NOT LIKE 'CREATE UNIQUE%';
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT indexname FROM index_of_search LOOP
        EXECUTE format('DROP INDEX %I', name);
    END LOOP;
END
$$;

INSERT INTO subsidies_applicationsearch (application_id, ward_id, name, receipt, grams)
SELECT id, ward_id, name, receipt,
       subsidies_search_grams(name) || subsidies_search_grams(receipt)
FROM (
    SELECT id, ward_id, coalesce(subsidies_search_text(firm_name), '') AS name,
           coalesce(subsidies_search_text(receipt_no), '') AS receipt
    FROM subsidies_application WHERE status <> 'draft'
) written
ON CONFLICT (application_id) DO NOTHING;

SET maintenance_work_mem = '512MB';
DO $$
DECLARE definition text;
BEGIN
    FOR definition IN SELECT indexdef FROM index_of_search LOOP
        EXECUTE definition;
    END LOOP;
END
$$;
