-- Why: the in-app inbox, deliveries by other channels, and what is known of the people to be reached.
-- Safe online: creates new tables only.

CREATE TABLE known_person (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    phone_event text NOT NULL,
    language text NOT NULL
);
COMMENT ON COLUMN known_person.phone_event IS 'the sealed field as it came in identity.person_contact_changed.v1';

CREATE TABLE known_staff (
    staff_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    role text NOT NULL,
    scope_id uuid NOT NULL,
    state text NOT NULL,
    phone_event text NOT NULL,
    language text NOT NULL
);
CREATE INDEX ix__known_staff__scope_id ON known_staff (scope_id) WHERE state = 'active';

CREATE TABLE message_template (
    key text NOT NULL,
    language text NOT NULL CONSTRAINT ck__message_template__language CHECK (language IN ('zh', 'en')),
    version integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    sms_code text,
    CONSTRAINT pk__message_template__key_language_version PRIMARY KEY (key, language, version)
);

CREATE TABLE notification_rule (
    event_type text NOT NULL,
    audience text NOT NULL CONSTRAINT ck__notification_rule__audience
        CHECK (audience IN ('candidate', 'institution_admins', 'filing_body_staff', 'staff_self', 'phone')),
    template_key text NOT NULL,
    in_app boolean NOT NULL,
    sms boolean NOT NULL,
    CONSTRAINT pk__notification_rule__event_type_audience PRIMARY KEY (event_type, audience)
);

-- One row per event and recipient, by constraint: redelivery can not show a message twice.
CREATE TABLE message (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    recipient_id uuid NOT NULL,
    event_id uuid NOT NULL,
    template_key text NOT NULL,
    template_version integer NOT NULL,
    parameters jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT uq__message__event_id_recipient_id UNIQUE (event_id, recipient_id)
);
CREATE INDEX ix__message__recipient_id_created_at ON message (recipient_id, created_at DESC, id DESC);
CREATE INDEX ix__message__unread ON message (recipient_id) WHERE read_at IS NULL;

CREATE TABLE delivery (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    recipient_id uuid NOT NULL,
    channel text NOT NULL CONSTRAINT ck__delivery__channel CHECK (channel IN ('sms')),
    template_key text NOT NULL,
    template_version integer NOT NULL,
    state text NOT NULL CONSTRAINT ck__delivery__state
        CHECK (state IN ('pending', 'sending', 'sent', 'unknown', 'failed', 'expired')),
    at_most_once boolean NOT NULL,
    phone_place text NOT NULL,
    phone_event text NOT NULL,
    secret_place text,
    secret_event text,
    expires_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    provider_id text,
    outcome_code text,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT uq__delivery__event_id_recipient_id_channel UNIQUE (event_id, recipient_id, channel)
);
CREATE INDEX ix__delivery__due ON delivery (next_at) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX ix__delivery__created_at ON delivery (created_at);
