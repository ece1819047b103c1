-- Limits, and what moderators decide.
--
-- account_id says where use is counted: the server's id where the bot is a member, 0 for personal use
-- (bot/domain/moderation.py).

ALTER TABLE job ADD COLUMN account_id INTEGER NOT NULL DEFAULT 0;
UPDATE job SET account_id = guild_id WHERE guild_id IS NOT NULL AND bot_is_member = 1;
-- Whether a moderator has to approve it: its tasks cannot be claimed while it waits.
ALTER TABLE job ADD COLUMN review TEXT CHECK (review IN ('waiting', 'approved', 'refused', 'unanswered'));
ALTER TABLE job ADD COLUMN review_term TEXT;
ALTER TABLE job ADD COLUMN review_reason TEXT;
ALTER TABLE job ADD COLUMN spoiler INTEGER NOT NULL DEFAULT 0 CHECK (spoiler IN (0, 1));

ALTER TABLE task ADD COLUMN account_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN accepted_at INTEGER NOT NULL DEFAULT 0;
UPDATE task SET (account_id, accepted_at) =
  (SELECT account_id, accepted_at FROM job WHERE job.id = task.job_id);
-- How many jobs of this member may be drawn at once, as it was when this one was accepted.
ALTER TABLE task ADD COLUMN running_max INTEGER CHECK (running_max >= 1);
-- The grant that this image comes out of, beyond the limits per hour and day.
ALTER TABLE task ADD COLUMN grant_id INTEGER;

CREATE INDEX job_message ON job (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX job_in_review ON job (accepted_at) WHERE review = 'waiting';
CREATE INDEX job_of_account ON job (account_id, accepted_at);
CREATE INDEX job_of_member ON job (account_id, requester_id, accepted_at);
CREATE INDEX task_of_member ON task (account_id, requester_id, accepted_at);
CREATE INDEX task_of_account ON task (account_id, accepted_at);
CREATE INDEX task_accepted_at ON task (accepted_at);
-- Requests that the provider's safety system refused.
CREATE INDEX task_unsafe ON task (account_id, requester_id, ended_at) WHERE reason = 'safety';
CREATE INDEX task_of_grant ON task (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX task_waiting ON task (account_id, job_id) WHERE state = 'queued';
CREATE INDEX task_running ON task (account_id, requester_id, job_id) WHERE state IN ('submitting', 'rendering');

-- What was used, by the hour in which it was accepted: settled costs, doubts and reservations. A day or a month
-- is a few hundred of these rows, however busy the server; only the hour that a window begins in is counted
-- from the tasks. Kept by triggers, so that no statement can forget it; account -1 is all of them together.
-- Rows outlive the tasks: totals stay when a person's history is erased.
CREATE TABLE use_of_hour (
  account_id INTEGER NOT NULL,
  hour       INTEGER NOT NULL,
  quality    TEXT    NOT NULL,
  images     INTEGER NOT NULL,
  microusd   INTEGER NOT NULL,
  PRIMARY KEY (account_id, hour, quality)
) STRICT, WITHOUT ROWID;

INSERT INTO use_of_hour (account_id, hour, quality, images, microusd)
SELECT account_id, accepted_at / 3600000, quality, SUM(state NOT IN ('failed', 'cancelled')),
       SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd)
  FROM (SELECT account_id, accepted_at, quality, state, cost_microusd, estimate_microusd, doubt_microusd FROM task
        UNION ALL
        SELECT -1, accepted_at, quality, state, cost_microusd, estimate_microusd, doubt_microusd FROM task) AS used
 GROUP BY account_id, accepted_at / 3600000, quality;

CREATE TRIGGER task_reserves AFTER INSERT ON task BEGIN
  INSERT INTO use_of_hour (account_id, hour, quality, images, microusd)
  SELECT account, NEW.accepted_at / 3600000, NEW.quality, 1, NEW.estimate_microusd
    FROM (SELECT NEW.account_id AS account UNION ALL SELECT -1) AS accounts
   WHERE true
  ON CONFLICT (account_id, hour, quality)
  DO UPDATE SET images = images + excluded.images, microusd = microusd + excluded.microusd;
END;
CREATE TRIGGER task_settles AFTER UPDATE OF state, cost_microusd, doubt_microusd, accepted_at ON task BEGIN
  UPDATE use_of_hour
     SET images = images - (OLD.state NOT IN ('failed', 'cancelled')),
         microusd = microusd - COALESCE(OLD.cost_microusd, OLD.estimate_microusd) - OLD.doubt_microusd
   WHERE account_id IN (OLD.account_id, -1) AND hour = OLD.accepted_at / 3600000 AND quality = OLD.quality;
  INSERT INTO use_of_hour (account_id, hour, quality, images, microusd)
  SELECT account, NEW.accepted_at / 3600000, NEW.quality, NEW.state NOT IN ('failed', 'cancelled'),
         COALESCE(NEW.cost_microusd, NEW.estimate_microusd) + NEW.doubt_microusd
    FROM (SELECT NEW.account_id AS account UNION ALL SELECT -1) AS accounts
   WHERE true
  ON CONFLICT (account_id, hour, quality)
  DO UPDATE SET images = images + excluded.images, microusd = microusd + excluded.microusd;
END;

-- What a server's moderators have set; NULL where they said nothing.
CREATE TABLE server (
  guild_id       INTEGER PRIMARY KEY,
  is_on          INTEGER CHECK (is_on IN (0, 1)),
  paused_reason  TEXT,
  review         INTEGER NOT NULL DEFAULT 0 CHECK (review IN (0, 1)),
  log_channel_id INTEGER,
  log_all        INTEGER NOT NULL DEFAULT 1 CHECK (log_all IN (0, 1)),
  size           TEXT,
  quality        TEXT,
  count          INTEGER CHECK (count BETWEEN 1 AND 4),
  strikes_most   INTEGER CHECK (strikes_most >= 0),
  strikes_window_s INTEGER CHECK (strikes_window_s > 0),
  strikes_block_s  INTEGER CHECK (strikes_block_s > 0)
) STRICT;

-- Numbers; NULL is "no limit", said by a moderator. holder_id is a member's or a role's id, 0 for the server.
CREATE TABLE limit_rule (
  guild_id  INTEGER NOT NULL,
  scope     TEXT    NOT NULL CHECK (scope IN ('member', 'role', 'server')),
  holder_id INTEGER NOT NULL,
  name      TEXT    NOT NULL,
  value     INTEGER CHECK (value >= 0),
  PRIMARY KEY (guild_id, scope, holder_id, name)
) STRICT, WITHOUT ROWID;

-- Images beyond the limits per hour and day.
CREATE TABLE allowance (
  id         INTEGER PRIMARY KEY,
  guild_id   INTEGER NOT NULL,
  member_id  INTEGER NOT NULL,
  images     INTEGER NOT NULL CHECK (images > 0),
  at         INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX allowance_of_member ON allowance (guild_id, member_id, expires_at);

-- What a member used before this moment does not count any more, except for what the server spends.
CREATE TABLE fresh_start (
  guild_id  INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE block (
  guild_id    INTEGER NOT NULL,
  member_id   INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  by_id       INTEGER,
  at          INTEGER NOT NULL,
  until       INTEGER,
  appealed_at INTEGER,
  PRIMARY KEY (guild_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE channel_rule (
  guild_id            INTEGER NOT NULL,
  channel_id          INTEGER NOT NULL,
  allowed             INTEGER NOT NULL CHECK (allowed IN (0, 1)),
  spoiler             INTEGER NOT NULL CHECK (spoiler IN (0, 1)),
  age_restricted_only INTEGER NOT NULL CHECK (age_restricted_only IN (0, 1)),
  PRIMARY KEY (guild_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE filter_term (
  guild_id INTEGER NOT NULL,
  term     TEXT    NOT NULL,
  action   TEXT    NOT NULL CHECK (action IN ('refuse', 'review')),
  PRIMARY KEY (guild_id, term)
) STRICT, WITHOUT ROWID;

-- What was not accepted, and why: counted in reports.
CREATE TABLE refusal (
  seq        INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  member_id  INTEGER NOT NULL,
  why        TEXT    NOT NULL
) STRICT;
CREATE INDEX refusal_of_account ON refusal (account_id, at);

-- One complaint of one member about one result.
CREATE TABLE report (
  id          INTEGER PRIMARY KEY,
  guild_id    INTEGER NOT NULL,
  job_id      TEXT    NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  reporter_id INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  closed_at   INTEGER,
  UNIQUE (job_id, reporter_id)
) STRICT;
CREATE INDEX report_of_reporter ON report (guild_id, reporter_id, at);

-- What a log channel is still to be told, and which message told it. Those of one group_id share a message; it is
-- set, and tried_at with it, before that message is posted for the first time.
CREATE TABLE notice (
  id          INTEGER PRIMARY KEY,
  guild_id    INTEGER NOT NULL,
  channel_id  INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  member_id   INTEGER,
  job_id      TEXT,
  text        TEXT,
  at          INTEGER NOT NULL,
  due_at      INTEGER,
  attempts    INTEGER NOT NULL DEFAULT 0,
  group_id    INTEGER,
  tried_at    INTEGER,
  message_id  INTEGER
) STRICT;
CREATE INDEX notice_to_post ON notice (guild_id, id) WHERE message_id IS NULL AND due_at IS NOT NULL;
CREATE INDEX notice_to_redraw ON notice (due_at) WHERE message_id IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX notice_of_job ON notice (job_id) WHERE job_id IS NOT NULL;

-- What was decided about a notice, each thing once. Its message is drawn anew to say so.
CREATE TABLE decision (
  notice_id INTEGER NOT NULL REFERENCES notice (id) ON DELETE CASCADE,
  what      TEXT    NOT NULL,
  by_id     INTEGER,
  at        INTEGER NOT NULL,
  PRIMARY KEY (notice_id, what)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_shown AFTER INSERT ON decision BEGIN
  UPDATE notice SET due_at = NEW.at, attempts = 0
   WHERE id = NEW.notice_id AND (message_id IS NOT NULL OR due_at IS NOT NULL);
END;
-- A request that was taken back, or whose card is gone, needs no moderator any more, whichever statement did it.
CREATE TRIGGER review_is_over AFTER UPDATE OF state ON job
WHEN NEW.review = 'waiting' AND NEW.state IN ('cancelled', 'undeliverable') BEGIN
  INSERT INTO decision (notice_id, what, at)
  SELECT id, 'taken_back', NEW.moved_at FROM notice WHERE job_id = NEW.id AND kind = 'review'
  ON CONFLICT DO NOTHING;
  UPDATE job SET review = NULL WHERE id = NEW.id;
END;

-- What needs a moderator and could not be told, because the log channel was gone or shut, is told in the one that
-- they choose, be it the same.
CREATE TRIGGER log_channel_is_chosen AFTER UPDATE OF log_channel_id ON server
WHEN NEW.log_channel_id IS NOT NULL BEGIN
  UPDATE notice SET channel_id = NEW.log_channel_id, due_at = at, attempts = 0, group_id = NULL, tried_at = NULL
   WHERE guild_id = NEW.guild_id AND message_id IS NULL AND (due_at IS NULL OR tried_at IS NULL)
     AND kind IN ('review', 'reported', 'appealed')
     AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.notice_id = notice.id);
END;

-- That so much of a cap was used was said at that time; said once in each window.
CREATE TABLE spend_mark (
  account_id INTEGER NOT NULL,
  name       TEXT    NOT NULL,
  percent    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (account_id, name, percent)
) STRICT, WITHOUT ROWID;

-- Every moderator action and every automatic one. Append-only.
CREATE TABLE audit (
  seq          INTEGER PRIMARY KEY,
  at           INTEGER NOT NULL,
  guild_id     INTEGER NOT NULL,
  action       TEXT    NOT NULL,
  actor_id     INTEGER,
  target_id    INTEGER,
  job_id       TEXT,
  before_value TEXT,
  after_value  TEXT,
  reason       TEXT
) STRICT;
CREATE INDEX audit_of_guild ON audit (guild_id, seq);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER audit_is_not_erased BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is append-only');
END;
