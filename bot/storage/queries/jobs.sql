-- name: job_accepted^
-- One interaction makes one job: Discord may deliver the same event twice.
INSERT INTO job (
  id, state, requester_id, prompt, size, quality, count, interaction_id, channel_id, guild_id, token,
  token_expires_at, bot_is_member, upload_limit_bytes, language, command_language, private, notify, accepted_at, moved_at, due_at, account_id,
  review, review_term, spoiler)
VALUES (
  :id, 'accepted', :requester_id, :prompt, :size, :quality, :count, :interaction_id, :channel_id,
  :guild_id, :token, :token_expires_at, :bot_is_member, :upload_limit_bytes, :language, :command_language, :private,
  COALESCE((SELECT notify FROM preference WHERE member_id = :requester_id), 'long'), :now, :now,
  :due_at, :account_id, :review, :review_term, :spoiler)
ON CONFLICT (interaction_id) DO NOTHING
RETURNING *;

-- name: task_accepted!
-- It has no due_at, and so cannot be claimed, until the card is acknowledged.
INSERT INTO task (id, job_id, number, state, requester_id, size, quality, turn, estimate_microusd, moved_at,
  account_id, accepted_at, grant_id, running_max)
VALUES (:id, :job_id, :number, 'queued', :requester_id, :size, :quality, :turn, :estimate_microusd, :now,
  :account_id, :now, :grant_id, :running_max);

-- name: last_turn_of$
-- Where a member stands in line: behind their own waiting images, else beside the task claimed last.
-- So members take turns, and one person's four images do not make another's one wait for all four.
SELECT MAX(turn) FROM (
  SELECT MAX(turn) AS turn FROM task WHERE state = 'queued' AND requester_id = :requester_id
  UNION ALL
  SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'queue_turn'
  UNION ALL
  SELECT 0) AS turns;

-- name: job_acknowledged^
-- The card is in the channel.
UPDATE job SET state = 'open', message_id = :message_id, shown_digest = :digest, shown_at = :now,
       expected_at = :expected_at, moved_at = :now, due_at = :now, lease_owner = NULL
 WHERE id = :id AND state = 'accepted'
RETURNING *;

-- name: tasks_ready!
-- Its tasks may be claimed from now on, unless a moderator has to approve them.
UPDATE task SET due_at = :now
 WHERE job_id = :job_id AND state = 'queued'
   AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = :job_id AND job.review = 'waiting');

-- name: job_withdrawn^
-- No card came up; its token is of no more use.
UPDATE job SET state = 'withdrawn', token = '', moved_at = :now, ended_at = :now, due_at = NULL, lease_owner = NULL
 WHERE id = :id AND state = 'accepted'
RETURNING *;

-- name: tasks_taken_back!
-- Nothing was sent for these, or nothing more: the reservation is released. What earlier tries may have cost
-- stays as their doubt.
UPDATE task SET state = 'cancelled', cost_microusd = 0, moved_at = :now, ended_at = :now, due_at = NULL,
       lease_owner = NULL
 WHERE job_id = :job_id AND state = 'queued';

-- name: job_by_id^
SELECT * FROM job WHERE id = :id;

-- name: tasks_of_job
SELECT * FROM task WHERE job_id = :job_id ORDER BY number;

-- name: job_cancelled^
-- Only when nothing of it was ever sent; otherwise it goes on with what is under way.
UPDATE job SET state = 'cancelled', moved_at = :now, ended_at = :now, due_at = :now
 WHERE id = :id AND state = 'open'
   AND NOT EXISTS (SELECT 1 FROM task WHERE job_id = :id AND state <> 'cancelled')
RETURNING *;

-- name: job_touched!
-- Something the card shows has changed: look at it at once.
UPDATE job SET due_at = :now
 WHERE id = :id AND state IN ('open', 'cancelled') AND (due_at IS NULL OR due_at > :now);

-- name: job_kept^
-- Kept from now on, or let go; what is erased cannot be kept. A press within seconds of the one that kept it
-- (a double tap, two devices) lets nothing go.
UPDATE job SET kept_at = CASE WHEN kept_at IS NULL THEN :now WHEN kept_at > :settled_before THEN kept_at END
 WHERE id = :id AND erased_at IS NULL
RETURNING kept_at;

-- name: jobs_of_message
-- Whose card its requester has taken away with all their data, is no news. Of copies, those that were reported.
SELECT * FROM job WHERE message_id = :message_id AND deleted_at IS NULL AND removes_card = 0
UNION ALL
SELECT * FROM job WHERE id IN (SELECT job_id FROM report WHERE copy_id = :message_id);

-- name: jobs_unfinished_in
-- Whose cards went with their channel. Found by their tasks: a server has few that are not over, and many jobs.
-- The plus keeps the planner on the index of what is unknown, which is little anywhere.
SELECT * FROM job
 WHERE channel_id = :channel_id AND state = 'open' AND deleted_at IS NULL
   AND id IN (SELECT job_id FROM task WHERE account_id = :account_id AND state = 'queued'
              UNION ALL
              SELECT job_id FROM task WHERE account_id = :account_id AND state IN ('submitting', 'rendering')
              UNION ALL
              SELECT job_id FROM task WHERE +account_id = :account_id AND state = 'unknown');

-- name: job_marked_deleted!
-- A job whose outcome is still to be shown is looked at once more: its deliverer lets go of it then.
-- One whose card was never recorded keeps the look that will ask Discord for it.
UPDATE job SET deleted_at = :now,
       due_at = CASE WHEN state IN ('open', 'delivering') OR (state = 'cancelled' AND token <> '') THEN :now
                     WHEN state = 'accepted' THEN due_at END
 WHERE id = :id AND deleted_at IS NULL;

-- name: jobs_recovered!
-- A new run: what an earlier one held is free, and every unfinished card is worth a look. Such a one may
-- show what was never recorded as shown, so nothing is known of it. Nor is it of a card that asks a person:
-- deleted meanwhile, it would be waited for.
UPDATE job SET lease_owner = NULL, lease_until = NULL, due_at = :now, shown_digest = NULL
 WHERE (lease_owner IS NOT NULL AND lease_owner <> :owner)
    OR (state IN ('accepted', 'open', 'delivering') AND due_at IS NULL)
    OR (state = 'open' AND bot_is_member = 1 AND private = 0 AND id IN (SELECT job_id FROM task WHERE state = 'unknown'));

-- name: jobs_called_back!
-- No look is ever put off for that long: the clock was set back since.
UPDATE job SET due_at = :now WHERE due_at > :latest;

-- name: jobs_lapsed!
-- A step that died without a word, because the database was away: its job is due for another look.
UPDATE job SET lease_owner = NULL, due_at = :now, shown_digest = NULL
 WHERE lease_owner IS NOT NULL AND lease_until < :now;

-- name: jobs_claimed
-- due_at is cleared, so that a change during the look is seen as a new one.
UPDATE job SET lease_owner = :owner, lease_until = :lease_until, due_at = NULL
 WHERE id IN (
   SELECT id FROM job
    WHERE due_at <= :now AND lease_owner IS NULL
    ORDER BY due_at LIMIT :limit)
RETURNING *;

-- name: job_renewed!
UPDATE job SET lease_until = :lease_until WHERE id = :id AND lease_owner = :owner;

-- name: job_delivering^
UPDATE job SET state = 'delivering', moved_at = :now
 WHERE id = :id AND state = 'open' AND lease_owner = :owner
RETURNING *;

-- name: job_delivered^
-- The outcome is on the card. The token goes: it is a credential and of no more use.
UPDATE job SET state = 'delivered', token = '', shown_digest = :digest, shown_at = :now, moved_at = :now,
       ended_at = :now, due_at = NULL, attempts = 0, lease_owner = NULL
 WHERE id = :id AND state = 'delivering' AND lease_owner = :owner
RETURNING *;

-- name: job_end_shown^
-- A cancelled job's card says so.
UPDATE job SET token = '', shown_digest = :digest, shown_at = :now, due_at = NULL, attempts = 0, lease_owner = NULL
 WHERE id = :id AND state = 'cancelled' AND lease_owner = :owner
RETURNING *;

-- name: job_undeliverable^
UPDATE job SET state = 'undeliverable', token = '', detail = :detail, moved_at = :now, ended_at = :now,
       due_at = NULL, lease_owner = NULL
 WHERE id = :id AND state IN ('open', 'delivering') AND lease_owner = :owner
RETURNING *;

-- name: job_end_unshown!
-- A cancelled job whose card is gone: nothing is left to show.
UPDATE job SET token = '', detail = :detail, due_at = NULL, lease_owner = NULL
 WHERE id = :id AND state = 'cancelled' AND lease_owner = :owner;

-- name: job_shown^
UPDATE job SET shown_digest = :digest, shown_at = :now, expected_at = :expected_at, attempts = 0, lease_owner = NULL,
       due_at = CASE WHEN due_at < :next_at THEN due_at ELSE :next_at END
 WHERE id = :id AND lease_owner = :owner
RETURNING *;

-- name: job_snoozed^
-- An edit that stumbled may have been carried out all the same: what the card shows is not known any more.
UPDATE job SET attempts = CASE WHEN :stumbled = 1 THEN attempts + 1 ELSE attempts END, lease_owner = NULL,
       shown_digest = CASE WHEN :stumbled = 1 THEN NULL ELSE shown_digest END,
       due_at = CASE WHEN due_at < :next_at THEN due_at ELSE :next_at END
 WHERE id = :id AND lease_owner = :owner
RETURNING *;

-- name: job_next_due$
-- A leased job is being worked on; should its step have died, it is due when the lease lapses.
SELECT MIN(due_at) FROM (
  SELECT MIN(due_at) AS due_at FROM job WHERE due_at IS NOT NULL AND lease_owner IS NULL
  UNION ALL
  SELECT MIN(lease_until) + 1 FROM job WHERE lease_owner IS NOT NULL) AS dues;

-- name: place_in_line$
-- How many images are in front of this job's next one; counted to a thousand, which is far enough.
-- The plus keeps the planner on the index of turns: only what is in front is read.
SELECT COUNT(*) FROM (
  SELECT 1 FROM task AS ahead, (
    SELECT turn, seq FROM task WHERE job_id = :job_id AND state = 'queued' ORDER BY turn, seq LIMIT 1) AS mine
   WHERE ahead.state = 'queued' AND +ahead.due_at IS NOT NULL
     AND (ahead.turn, ahead.seq) < (mine.turn, mine.seq)
   LIMIT 1000) AS counted;

-- name: fact_value$
SELECT value FROM fact WHERE name = :name;

-- name: fact_set!
INSERT INTO fact (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE fact.value <> excluded.value;

-- name: fact_cleared!
DELETE FROM fact WHERE name = :name;

-- name: waiting_jobs_touched!
-- A hold began or ended: every card in line says so once.
UPDATE job SET due_at = :now
 WHERE state = 'open' AND (due_at IS NULL OR due_at > :now)
   AND id IN (SELECT job_id FROM task WHERE state = 'queued');

-- name: tokens_forgotten!
-- A dead token is of no use to us, and a stolen database should hold nothing that was ever a credential.
UPDATE job SET token = '' WHERE token <> '' AND token_expires_at < :now;
