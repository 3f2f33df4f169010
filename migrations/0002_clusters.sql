-- The clusters of this deployment. token_hash is the SHA-256 of the cluster's own token, in hex.
CREATE TABLE clusters (
  id          TEXT    NOT NULL PRIMARY KEY,
  name        TEXT    NOT NULL,
  token_hash  TEXT    NOT NULL,
  created     INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  config      TEXT    NOT NULL
) WITHOUT ROWID;
