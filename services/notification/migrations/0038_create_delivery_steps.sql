-- Why: people who run the platform look up what became of a text, and send one again with a reason.
-- Safe online: a new table, and columns that old code leaves empty; the trigger costs a row per change of state, not per look; the indexes hold writes up for the seconds in which they are built.

ALTER TABLE delivery
    ADD COLUMN resend_of uuid,
    ADD COLUMN resend_reason text,
    ADD CONSTRAINT ck__delivery__resend_reason CHECK ((resend_of IS NULL) = (resend_reason IS NULL)) NOT VALID;
COMMENT ON COLUMN delivery.resend_of IS 'the first delivery of the notice; event_id is then the id of the resending itself';
-- Of one notice at most one resending is under way.
CREATE UNIQUE INDEX uq__delivery__resend_of ON delivery (resend_of) WHERE resend_of IS NOT NULL AND settled_at IS NULL;
CREATE INDEX ix__delivery__resend_of ON delivery (resend_of) WHERE resend_of IS NOT NULL;
CREATE INDEX ix__delivery__recipient_id ON delivery (recipient_id, created_at DESC, id DESC);

-- `at` is the clock of the database: whoever changes a delivery, from whatever code, leaves a step.
CREATE TABLE delivery_step (
    delivery_id uuid NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    position bigint GENERATED ALWAYS AS IDENTITY,
    state text NOT NULL,
    outcome_code text,
    attempts integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk__delivery_step__delivery_id_position PRIMARY KEY (delivery_id, position)
);
CREATE FUNCTION track_delivery() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO delivery_step (delivery_id, state, outcome_code, attempts)
    VALUES (NEW.id, NEW.state, NEW.outcome_code, NEW.attempts);
    RETURN NULL;
END $$;
-- Taking hold of it is no step, nor is letting go of what was never handed to a provider: an outage would write thousands.
CREATE TRIGGER track_delivery AFTER UPDATE ON delivery FOR EACH ROW
    WHEN (NEW.state <> 'sending' AND (OLD.state, OLD.outcome_code) IS DISTINCT FROM (NEW.state, NEW.outcome_code)
        AND NOT (OLD.state = 'sending' AND NEW.state = 'pending' AND NEW.attempts < OLD.attempts))
    EXECUTE FUNCTION track_delivery();
