-- Jobs, tasks, and the history of their moves.
--
-- Times are milliseconds UTC, money is micro-dollars, ids from Discord are integers. The states are
-- explained in bot/domain/jobs.py; tests hold the two together.

CREATE TABLE job (
  id               TEXT    PRIMARY KEY,
  state            TEXT    NOT NULL CHECK (state IN (
                     'accepted', 'open', 'delivering', 'delivered', 'withdrawn', 'cancelled',
                     'undeliverable')),
  requester_id     INTEGER NOT NULL,
  prompt           TEXT    NOT NULL CHECK (length(prompt) BETWEEN 1 AND 32000),
  size             TEXT    NOT NULL CHECK (size IN (
                     '1024x1024', '1536x1024', '1024x1536', '2048x2048', '2048x1152', '3840x2160',
                     '2160x3840')),
  quality          TEXT    NOT NULL CHECK (quality IN ('low', 'medium', 'high')),
  count            INTEGER NOT NULL CHECK (count BETWEEN 1 AND 4),
  interaction_id   INTEGER NOT NULL UNIQUE,
  channel_id       INTEGER NOT NULL,
  guild_id         INTEGER,
  token            TEXT    NOT NULL,
  token_expires_at INTEGER NOT NULL,
  bot_is_member    INTEGER NOT NULL CHECK (bot_is_member IN (0, 1)),
  upload_limit_bytes INTEGER NOT NULL CHECK (upload_limit_bytes > 0),
  locale           TEXT    NOT NULL,
  accepted_at      INTEGER NOT NULL,
  moved_at         INTEGER NOT NULL,
  message_id       INTEGER,
  due_at           INTEGER,
  attempts         INTEGER NOT NULL DEFAULT 0,
  lease_owner      TEXT,
  lease_until      INTEGER,
  shown_digest     TEXT,
  shown_at         INTEGER,
  expected_at      INTEGER,
  detail           TEXT,
  ended_at         INTEGER,
  deleted_at       INTEGER,
  CHECK (state IN ('accepted', 'withdrawn') OR message_id IS NOT NULL)
) STRICT;

CREATE INDEX job_due ON job (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX job_leased ON job (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX job_token ON job (token_expires_at) WHERE token <> '';
CREATE INDEX job_of_requester ON job (requester_id, accepted_at);

CREATE TABLE task (
  seq              INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL UNIQUE,
  job_id           TEXT    NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  number           INTEGER NOT NULL CHECK (number BETWEEN 1 AND 4),
  state            TEXT    NOT NULL CHECK (state IN (
                     'queued', 'submitting', 'rendering', 'rendered', 'failed', 'unknown',
                     'cancelled')),
  requester_id     INTEGER NOT NULL,
  size             TEXT    NOT NULL,
  quality          TEXT    NOT NULL,
  turn             INTEGER NOT NULL,
  estimate_microusd INTEGER NOT NULL CHECK (estimate_microusd >= 0),
  cost_microusd    INTEGER CHECK (cost_microusd >= 0),
  moved_at         INTEGER NOT NULL,
  due_at           INTEGER,
  lease_owner      TEXT,
  lease_until      INTEGER,
  attempt_id       TEXT    UNIQUE,
  attempts         INTEGER NOT NULL DEFAULT 0,
  provider_task_id TEXT    UNIQUE,
  submitted_at     INTEGER,
  deadline_at      INTEGER,
  polls            INTEGER NOT NULL DEFAULT 0,
  stumbles         INTEGER NOT NULL DEFAULT 0,
  fetches          INTEGER NOT NULL DEFAULT 0,
  reason           TEXT    CHECK (reason IN (
                     'safety', 'rejected', 'provider_failed', 'too_late', 'expired',
                     'picture_lost', 'picture_bad', 'left')),
  detail           TEXT,
  picture_path     TEXT,
  picture_width    INTEGER,
  picture_height   INTEGER,
  picture_format   TEXT    CHECK (picture_format IN ('png', 'jpeg', 'webp')),
  picture_bytes    INTEGER,
  took_ms          INTEGER,
  ended_at         INTEGER,
  UNIQUE (job_id, number),
  -- Money is settled or released exactly when a task is over.
  CHECK ((state IN ('rendered', 'failed', 'cancelled')) = (cost_microusd IS NOT NULL)),
  CHECK ((state = 'failed') = (reason IS NOT NULL)),
  CHECK ((state = 'rendered') = (picture_path IS NOT NULL)),
  CHECK (state NOT IN ('submitting', 'unknown') OR attempt_id IS NOT NULL),
  CHECK (state NOT IN ('rendering', 'rendered') OR provider_task_id IS NOT NULL)
) STRICT;

-- The line: those whose turn it is come first, whoever asked.
CREATE INDEX task_line ON task (turn, seq) WHERE state = 'queued';
CREATE INDEX task_submit ON task (due_at) WHERE state = 'queued';
CREATE INDEX task_poll ON task (due_at) WHERE state = 'rendering';
CREATE INDEX task_sending ON task (lease_owner) WHERE state = 'submitting';
CREATE INDEX task_own ON task (requester_id, turn) WHERE state = 'queued';
CREATE INDEX task_unknown ON task (job_id) WHERE state = 'unknown';
CREATE INDEX task_took ON task (size, quality, ended_at) WHERE state = 'rendered';

-- Every move of a job or task, append-only: what happened, in order. Written by triggers, so that no
-- statement can forget it.
CREATE TABLE event (
  seq        INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  job_id     TEXT    NOT NULL,
  task_id    TEXT,
  from_state TEXT,
  to_state   TEXT    NOT NULL,
  attempt_id TEXT
) STRICT;

CREATE INDEX event_of_job ON event (job_id, seq);

CREATE TRIGGER job_accepted AFTER INSERT ON job BEGIN
  INSERT INTO event (at, job_id, to_state) VALUES (NEW.moved_at, NEW.id, NEW.state);
END;
CREATE TRIGGER job_moved AFTER UPDATE OF state ON job WHEN OLD.state <> NEW.state BEGIN
  INSERT INTO event (at, job_id, from_state, to_state)
  VALUES (NEW.moved_at, NEW.id, OLD.state, NEW.state);
END;
CREATE TRIGGER task_accepted AFTER INSERT ON task BEGIN
  INSERT INTO event (at, job_id, task_id, to_state) VALUES (NEW.moved_at, NEW.job_id, NEW.id, NEW.state);
END;
CREATE TRIGGER task_moved AFTER UPDATE OF state ON task WHEN OLD.state <> NEW.state BEGIN
  INSERT INTO event (at, job_id, task_id, from_state, to_state, attempt_id)
  VALUES (NEW.moved_at, NEW.job_id, NEW.id, OLD.state, NEW.state, NEW.attempt_id);
END;

-- Single values: 'queue_turn' (turn of the task claimed last), 'hold' (why nothing is submitted),
-- 'commands' (hash of the commands as Discord knows them).
CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
