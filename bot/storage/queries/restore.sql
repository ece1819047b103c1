-- name: tasks_doubted
-- Whether these were sent since the backup was made, nobody can know. Each sending has a name of its own, and so has
-- one that perhaps was.
UPDATE task SET state = 'unknown', attempt_id = CASE WHEN state = 'queued' THEN :restore || '-' || id ELSE attempt_id END,
       due_at = NULL, lease_owner = NULL, lease_until = NULL, moved_at = :now
 WHERE state IN ('queued', 'submitting')
RETURNING job_id;

-- name: cards_doubted!
-- Nothing is known of what these cards show by now. Whoever waits for one has perhaps been told: no reply rings twice.
UPDATE job SET due_at = :now, shown_digest = NULL, lease_owner = NULL, lease_until = NULL, notify = 'never'
 WHERE state IN ('accepted', 'open', 'delivering');

-- name: mentions_dropped!
-- They have probably been sent.
DELETE FROM mention;

-- name: news_dropped!
-- What a log channel was to be told for information only, it has probably been told.
UPDATE notice SET due_at = NULL
 WHERE message_id IS NULL AND due_at IS NOT NULL AND kind NOT IN ('review', 'reported', 'appealed');

-- name: questions_looked_for!
-- What needs a moderator has perhaps been posted: tried before, it is looked for in the channel first.
UPDATE notice SET group_id = COALESCE(group_id, id), tried_at = COALESCE(tried_at, at), due_at = :now
 WHERE message_id IS NULL AND due_at IS NOT NULL AND kind IN ('review', 'reported', 'appealed');

-- name: questions_redrawn!
-- What was decided since is open again, and so its message needs its buttons.
UPDATE notice SET due_at = :now, attempts = 0
 WHERE message_id IS NOT NULL AND kind IN ('review', 'reported', 'appealed')
   AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.notice_id = notice.id);

-- name: notices_renumbered!
-- Messages that were posted since bear the numbers that come next: a button below one must not decide about another.
INSERT INTO notice (id, guild_id, channel_id, kind, at)
SELECT COALESCE(MAX(id), 0) + :gap, 0, 0, 'accepted', :now FROM notice;
