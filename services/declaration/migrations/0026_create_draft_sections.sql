-- Why: a draft is saved section by section; a stale save has to say which sections changed meanwhile (A24, P17).
-- Safe online: creates a new table only; drafts without rows count as never saved.

CREATE TABLE draft_section (
    declaration_id uuid NOT NULL REFERENCES declaration (id),
    section text NOT NULL,
    version bigint NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT pk__draft_section__declaration_id_section PRIMARY KEY (declaration_id, section)
);
