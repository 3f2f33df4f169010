-- The log and its index. See docs/storage.md.

-- Every write of every cluster, in order. value is the object as JSON without its resourceVersion (of a deletion:
-- its last state); prev is the revision it replaces (0: it creates).
CREATE TABLE revisions (
  cluster  TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  key      TEXT    NOT NULL,
  prev     INTEGER NOT NULL,
  deleted  INTEGER NOT NULL,
  time     INTEGER NOT NULL,
  value    TEXT    NOT NULL,
  PRIMARY KEY (cluster, revision)
);

-- The newest revision of each key that exists.
CREATE TABLE objects (
  cluster  TEXT    NOT NULL,
  key      TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (cluster, key)
) WITHOUT ROWID;

-- Where each cluster's log stands. first is where the newest batch began; writer names the newest batches.
CREATE TABLE heads (
  cluster   TEXT    NOT NULL PRIMARY KEY,
  revision  INTEGER NOT NULL,
  first     INTEGER NOT NULL,
  writer    TEXT    NOT NULL,
  compacted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Compare-and-swap: a write that does not replace the newest revision of its key undoes its whole batch.
CREATE TRIGGER revisions_replace_newest BEFORE INSERT ON revisions
WHEN NEW.prev <> coalesce((SELECT revision FROM objects WHERE cluster = NEW.cluster AND key = NEW.key), 0)
BEGIN
  SELECT RAISE(ABORT, 'kedge: replaced revision is not the newest');
END;

CREATE TRIGGER revisions_put AFTER INSERT ON revisions WHEN NEW.deleted = 0
BEGIN
  INSERT INTO objects (cluster, key, revision) VALUES (NEW.cluster, NEW.key, NEW.revision)
    ON CONFLICT (cluster, key) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER revisions_delete AFTER INSERT ON revisions WHEN NEW.deleted = 1
BEGIN
  DELETE FROM objects WHERE cluster = NEW.cluster AND key = NEW.key;
END;

-- One sequence: a batch must begin right behind the head, so that a log that lives on elsewhere cannot write.
CREATE TRIGGER heads_in_order BEFORE UPDATE OF revision ON heads
WHEN NEW.first <> OLD.revision + 1 OR NEW.revision < OLD.revision
BEGIN
  SELECT RAISE(ABORT, 'kedge: batch does not follow the head');
END;
