-- `bench.count` light applications: only the columns the queue reads. Pairs of firm and call stay
-- unique, so that every index is the portal's own. Firms are numbers alone: the queue reads none.
SELECT setseed(0.23);
TRUNCATE subsidies_application CASCADE;

CREATE TEMP TABLE place AS
SELECT call.id AS call_id, call.version_id, call.ward_id,
       row_number() OVER (PARTITION BY call.ward_id ORDER BY call.id) - 1 AS n
FROM subsidies_call call;

-- A ward stands in this list as often as its share of the firms.
CREATE TEMP TABLE share AS
SELECT array_agg(code) AS wards FROM (
    SELECT code FROM programs_ward, generate_series(1, CASE code
        WHEN 13111 THEN 16 WHEN 13107 THEN 11 WHEN 13121 THEN 10 WHEN 13122 THEN 10
        WHEN 13119 THEN 10 WHEN 13123 THEN 8 WHEN 13109 THEN 5 WHEN 13108 THEN 5 ELSE 2 END)
) repeated;

CREATE TEMP TABLE light AS
SELECT n, wards[1 + floor(random() * array_length(wards, 1))::int] AS ward_id,
       random() AS fate, random() AS luck, random() AS person
FROM share, generate_series(1, current_setting('bench.count')::int) n;

INSERT INTO subsidies_application (
    public_id, ward_id, firm_id, call_id, version_id, status, eligibility, answers, expense_input,
    revision, history, created_by_id, firm_name, scheme_name, stage, title, receipt_no,
    submitted_at, requested_yen, assignee_id, assignee_name, due_on)
SELECT gen_random_uuid(), light.ward_id, 1 + light.n / 4, place.call_id, place.version_id,
       CASE WHEN fate < 0.15 THEN
               (ARRAY['submitted','checking','correction','reviewing','awaiting_approval'])
                   [1 + floor(luck * 5)::int]
            WHEN fate < 0.75 THEN 'granted' WHEN fate < 0.97 THEN 'refused' ELSE 'withdrawn' END,
       '{}', '{}', '[]', 0, '{}', 1,
       (ARRAY['株式会社','有限会社',''])[1 + floor(person * 3)::int]
           || (ARRAY['佐藤','鈴木','高橋','田中','伊藤','渡辺','山本','中村','小林','加藤','吉田','山田',
                     '三栄','東和','昭和','共栄','大成','日新','富士','旭','協和','東亜','城東','城南',
                     '隅田','荒川','多摩川','新光','光洋','三和','丸善','明和'])
               [1 + floor(random() * 32)::int]
           || (ARRAY['製作所','精機','鉄工所','金属工業','プレス工業','電機','印刷','化成','ゴム工業',
                     '硝子','光学','紙工','縫製','木工','食品','鍍金'])
               [1 + floor(random() * 16)::int]
           || CASE WHEN luck < 0.5 THEN (1 + floor(random() * 900)::int)::text ELSE '' END,
       'はじめの一歩補助金', 1, '手書き日報の電子化', 'B-' || light.n, now(), 400000,
       CASE WHEN person < 0.8 THEN 1 + floor(person * 10)::int END, '',
       CASE WHEN fate < 0.15 THEN current_date - 12 + (luck * 45)::int END
FROM light JOIN place ON place.ward_id = light.ward_id AND place.n = light.n % 4
ORDER BY light.n;
DROP TABLE place, share, light;
