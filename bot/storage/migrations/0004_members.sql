-- What members choose for themselves, keep, and have erased.

-- The language that a card speaks, as one of ours (bot/domain/language.py).
ALTER TABLE job RENAME COLUMN locale TO language;
UPDATE job SET language = CASE language WHEN 'en-GB' THEN 'en-US' WHEN 'es-419' THEN 'es-ES' ELSE language END;
UPDATE job SET language = 'en-US'
 WHERE language NOT IN ('en-US', 'de', 'fr', 'es-ES', 'pt-BR', 'ja', 'ko', 'zh-CN');
-- What it calls commands in: the same, on a private card the language of the member's Discord.
ALTER TABLE job ADD COLUMN command_language TEXT NOT NULL DEFAULT 'en-US';
UPDATE job SET command_language = language;
-- Whether only its requester sees the card: such a message can be changed for 15 minutes.
ALTER TABLE job ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1));
-- When its requester is to be told by a reply that it is done; see Notify in bot/domain/preferences.py.
ALTER TABLE job ADD COLUMN notify TEXT NOT NULL DEFAULT 'never' CHECK (notify IN ('always', 'long', 'never'));
-- Its requester keeps it: no retention takes it away.
ALTER TABLE job ADD COLUMN kept_at INTEGER;
-- Its prompt and pictures are gone, because its requester said so or because of its age; the numbers stay.
ALTER TABLE job ADD COLUMN erased_at INTEGER;
-- What somebody waits for: few, beside all that they ever asked for.
CREATE INDEX job_under_way ON job (requester_id, accepted_at) WHERE state IN ('accepted', 'open', 'delivering');

-- What a member chose; NULL where they said nothing.
CREATE TABLE preference (
  member_id INTEGER PRIMARY KEY,
  size      TEXT,
  quality   TEXT,
  count     INTEGER CHECK (count BETWEEN 1 AND 4),
  notify    TEXT    CHECK (notify IN ('always', 'long', 'never')),
  private   INTEGER CHECK (private IN (0, 1)),
  language  TEXT
) STRICT;

-- The language of a server's public cards; NULL: the server's own on Discord.
ALTER TABLE server ADD COLUMN language TEXT;

-- Replies that are still to be sent: a requester is told that their job was delivered. Gone once sent.
CREATE TABLE mention (
  job_id   TEXT    PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
  due_at   INTEGER NOT NULL,
  tried_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX mention_due ON mention (due_at);
-- The reply that was sent.
ALTER TABLE job ADD COLUMN reply_id INTEGER;

-- What is left of an erased job, its pictures on disk and, if so wanted, its card, is removed at that time, and so is
-- the reply to a card that was deleted; NULL when nothing is left.
ALTER TABLE job ADD COLUMN removal_at INTEGER;
ALTER TABLE job ADD COLUMN removes_card INTEGER NOT NULL DEFAULT 0 CHECK (removes_card IN (0, 1));
-- How often Discord would not let the bot near it.
ALTER TABLE job ADD COLUMN removal_tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX job_removal ON job (removal_at) WHERE removal_at IS NOT NULL;
-- What age takes away one day.
CREATE INDEX job_ages ON job (accepted_at) WHERE erased_at IS NULL AND kept_at IS NULL;
-- Erased, and still somebody's: for as long as limits count it.
CREATE INDEX job_still_named ON job (accepted_at) WHERE erased_at IS NOT NULL AND requester_id <> 0;

-- Whatever erases a job, its words go with it, and what a log channel has been told of it and never draws anew. The
-- numbers stay. What has to be removed outside the database is due at once.
CREATE TRIGGER job_is_erased AFTER UPDATE OF erased_at ON job
WHEN OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL BEGIN
  UPDATE job SET prompt = '-', review_term = NULL, review_reason = NULL, detail = NULL, shown_digest = NULL,
         token = '', kept_at = NULL, removal_at = NEW.erased_at
   WHERE id = NEW.id;
  UPDATE task SET detail = NULL WHERE job_id = NEW.id AND detail IS NOT NULL;
  UPDATE notice SET text = NULL WHERE job_id = NEW.id AND kind = 'review';
  DELETE FROM notice WHERE job_id = NEW.id AND due_at IS NULL AND kind IN ('accepted', 'failed', 'deleted');
  DELETE FROM mention WHERE job_id = NEW.id;
END;
-- Whoever deletes a card, its reply goes too; also a reply that was on its way then.
CREATE TRIGGER reply_goes_with_its_card AFTER UPDATE OF deleted_at, reply_id ON job
WHEN NEW.reply_id IS NOT NULL AND (NEW.deleted_at IS NOT NULL OR NEW.removes_card = 1) BEGIN
  UPDATE job SET removal_at = COALESCE(NEW.deleted_at, NEW.erased_at), removal_tries = 0 WHERE id = NEW.id;
END;
-- The copy of a card that a report is about, while it is there; NULL for the card itself.
ALTER TABLE report ADD COLUMN copy_id INTEGER;
CREATE INDEX report_of_copy ON report (copy_id) WHERE copy_id IS NOT NULL;
-- A job without a person has tasks without one, and what a log channel was told of it names nobody but who reported it.
CREATE TRIGGER job_is_nobodys AFTER UPDATE OF requester_id ON job WHEN NEW.requester_id = 0 BEGIN
  UPDATE task SET requester_id = 0 WHERE job_id = NEW.id;
  UPDATE report SET copy_id = NULL WHERE job_id = NEW.id AND copy_id IS NOT NULL;
  UPDATE notice SET member_id = 0 WHERE job_id = NEW.id AND kind <> 'reported' AND member_id IS NOT NULL;
END;

-- Who wants everything erased that they asked for up to then. The row goes when nothing of it is left: what is under
-- way is finished first.
CREATE TABLE erasure (
  member_id  INTEGER PRIMARY KEY,
  asked_at   INTEGER NOT NULL,
  with_cards INTEGER NOT NULL CHECK (with_cards IN (0, 1))
) STRICT;

-- By the member, on whatever server: for who asks what is kept of them.
CREATE INDEX block_of_member ON block (member_id);
CREATE INDEX rule_of_member ON limit_rule (holder_id) WHERE scope = 'member';
CREATE INDEX notice_of_member ON notice (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX refusal_of_member ON refusal (member_id);
DROP INDEX report_of_reporter;
CREATE INDEX report_of_reporter ON report (reporter_id, guild_id, at);
DROP INDEX allowance_of_member;
CREATE INDEX allowance_of_member ON allowance (member_id, guild_id, expires_at);
-- What a log channel has been told, or will never be.
CREATE INDEX notice_over ON notice (at) WHERE due_at IS NULL;
