"""Rows as the drafting and submitting parts of the service leave them."""

INSERT_CATEGORY = """
INSERT INTO exam_category (catalogue_version, code, exam_level, route, family, name_zh, name_en, valid_from)
VALUES (900, '110', 'licensed_physician', 'prescribed_education', 'clinical', '临床', 'Clinical', '2015-01-01')
"""
INSERT_CYCLE = """
INSERT INTO cycle (id, year, state, version, catalogue_version, declaration_opens_at, declaration_closes_at,
    review_deadline, filing_deadline, completion_deadline, created_at)
VALUES ($1, $2, 'declaration_closed', 1, 900, '2026-12-15+08', '2026-12-30+08', '2027-01-06+08', $3, '2027-09-01+08',
    '2026-12-01+08')
"""
INSERT_DECLARATION = """
INSERT INTO declaration (id, number, person_id, cycle_id, cycle_year, institution_id, institution_name, state, version,
    exam_level, exam_category_code, route, origin, fresh_graduate, probation_months, submission, catalogue_version,
    created_at, updated_at, submitted_at)
VALUES ($1, $2, $3, $4, $5, $6, '江城试验医院', $7, 3, 'licensed_physician', '110', 'prescribed_education',
    'candidate_declaration', $8, 14, 1, 900, $9, $9, $9)
"""
INSERT_SNAPSHOT = """
INSERT INTO declaration_snapshot (declaration_id, submission, version, institution_id, content, catalogue_version,
    notice_version, submitted_at, institution_name)
VALUES ($1, $2, 2, $3, $4, 900, 1, $5, $6)
"""
INSERT_EVALUATION = """
INSERT INTO evaluation (id, declaration_id, submission, person_id, institution_id, cycle_id, state, version,
    months_counted, decided_by, decided_at, updated_at)
VALUES ($1, $2, 1, $3, $4, $5, 'evaluated_qualified', 1, 14, $4, $6, $6)
"""
RESUBMIT = "UPDATE declaration SET submission = 2, state = $2, version = version + 3 WHERE id = $1"
INSERT_UNDERTAKING = """
INSERT INTO declaration_document (id, declaration_id, kind, object_key, sha256, size, file_kind, file_name, uploaded_at)
VALUES ($1, $2, 'undertaking_letter', $3, 'ab', 1, 'pdf', '\\x00', $4)
"""
