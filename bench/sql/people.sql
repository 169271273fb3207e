-- Officials of every ward (8 reviewers, 2 approvers), an owner for every firm, calls of five years.

INSERT INTO accounts_user (password, is_superuser, email, name, name_kana, phone, language,
                           keyboard_shortcuts, is_active, credentials_version)
SELECT '!', false, 'official-' || ward.code || '-' || n || '@bench.example',
       (ARRAY['佐藤','鈴木','高橋','田中','伊藤','渡辺','山本','中村','小林','加藤'])[n] || ' '
           || (ARRAY['健一','誠','隆','恵子','由美'])[1 + (ward.code + n) % 5],
       'シヨクイン' || n, '', 'ja', true, true, 1
FROM programs_ward ward, generate_series(1, 10) n;

INSERT INTO accounts_assignment (user_id, role, ward_id, valid_from, reason, revoke_reason)
SELECT id, CASE WHEN split_part(split_part(email, '@', 1), '-', 3)::int <= 8
                THEN 'reviewer' ELSE 'approver' END,
       split_part(email, '-', 2)::int, date '2021-04-01', '', ''
FROM accounts_user WHERE email LIKE 'official-%@bench.example';

INSERT INTO accounts_user (password, is_superuser, email, name, name_kana, phone, language,
                           keyboard_shortcuts, is_active, credentials_version)
SELECT '!', false, 'owner-' || id || '@bench.example', representative_name, '', '', 'ja',
       true, true, 1
FROM programs_firm;

INSERT INTO programs_firmmembership (user_id, firm_id, role, valid_from)
SELECT person.id, split_part(split_part(person.email, '@', 1), '-', 2)::bigint, 'firm_owner',
       date '2021-04-01'
FROM accounts_user person WHERE person.email LIKE 'owner-%@bench.example';

-- Every scheme once a year for five years, for 330 days each, the newest one open for 100 more;
-- stages 2 and 3 in a second round this year. Days are counted from today, so that the seed is
-- the same whenever it is made.
DELETE FROM subsidies_call;
INSERT INTO subsidies_call (version_id, ward_id, fiscal_year, round, mode, opens_at, closes_at,
                            project_ends_on, budget_yen, committed_yen, contact)
SELECT version.id, scheme.ward_id,
       extract(year FROM now() - interval '3 months')::int - years, 1,
       CASE scheme.stage WHEN 1 THEN 'first_come' ELSE 'round' END,
       date_trunc('day', now()) - make_interval(days => 230 + 365 * years),
       date_trunc('day', now()) - make_interval(days => 365 * years - 100),
       (now() - make_interval(days => 365 * years - 190))::date,
       900000000000, 0, ward.name || ward.office
FROM subsidies_schemeversion version
JOIN subsidies_scheme scheme ON scheme.id = version.scheme_id
JOIN programs_ward ward ON ward.code = scheme.ward_id
CROSS JOIN generate_series(0, 4) years;

INSERT INTO subsidies_call (version_id, ward_id, fiscal_year, round, mode, opens_at, closes_at,
                            project_ends_on, budget_yen, committed_yen, contact)
SELECT version_id, call.ward_id, fiscal_year, 2, 'round', now() - interval '50 days',
       closes_at, project_ends_on, budget_yen, 0, contact
FROM subsidies_call call
JOIN subsidies_schemeversion version ON version.id = version_id
JOIN subsidies_scheme scheme ON scheme.id = version.scheme_id
WHERE closes_at > now() AND scheme.stage > 1;
