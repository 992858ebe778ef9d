-- Why: notices by WeChat need the access token of the mini-program, which all copies share and one of them renews (V10).
-- Safe online: a new table.

-- One row per app: the token that all copies share, and the lease of the copy that is fetching the next one.
CREATE TABLE wechat_token (
    appid text PRIMARY KEY,
    version bigint NOT NULL DEFAULT 0,
    token_sealed bytea,
    expires_at timestamptz,
    leased_until timestamptz
) WITH (fillfactor = 50);
