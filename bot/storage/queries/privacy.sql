-- name: holding_jobs^
-- What a member has asked for, as far as it is not erased.
SELECT COUNT(*) AS requests,
       COALESCE(SUM(CASE WHEN kept_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS kept,
       COALESCE(SUM(CASE WHEN state IN ('accepted', 'open', 'delivering') THEN 1 ELSE 0 END), 0) AS under_way
  FROM job WHERE requester_id = :member_id AND erased_at IS NULL;

-- name: holding_pictures^
SELECT COUNT(*) AS pictures, COALESCE(SUM(task.picture_bytes), 0) AS bytes
  FROM job JOIN task ON task.job_id = job.id
 WHERE job.requester_id = :member_id AND job.erased_at IS NULL AND task.state = 'rendered';

-- name: blocks_of_member
-- Ended ones too: strikes are counted from their ends.
SELECT * FROM block WHERE member_id = :member_id ORDER BY at;

-- name: rules_of_member
SELECT guild_id, scope, holder_id, name, value FROM limit_rule
 WHERE scope = 'member' AND holder_id = :member_id ORDER BY guild_id, name;

-- name: grants_of_member
SELECT * FROM allowance WHERE member_id = :member_id ORDER BY at;

-- name: reports_of_member
SELECT * FROM report WHERE reporter_id = :member_id ORDER BY at;

-- name: appeals_of_member
SELECT * FROM notice WHERE member_id = :member_id AND kind = 'appealed' ORDER BY id;

-- name: refusals_of_person
SELECT account_id, why, COUNT(*) AS times FROM refusal
 WHERE member_id = :member_id GROUP BY account_id, why ORDER BY account_id, why;

-- name: jobs_of_person
-- One page of all that a member asked for, oldest first, from this one on.
SELECT * FROM job
 WHERE requester_id = :member_id AND accepted_at >= :at AND (accepted_at, id) >= (:at, :id) AND erased_at IS NULL
 ORDER BY accepted_at, id LIMIT :most;

-- name: erasure_asked!
-- Asked once more, it holds for what came up to now; the wish to have the cards gone is not taken back.
INSERT INTO erasure (member_id, asked_at, with_cards) VALUES (:member_id, :now, :with_cards)
ON CONFLICT (member_id) DO UPDATE
   SET asked_at = excluded.asked_at, with_cards = CASE WHEN erasure.with_cards = 1 THEN 1 ELSE excluded.with_cards END;

-- name: erasures_open
-- Only those whose requests are still under way.
SELECT * FROM erasure ORDER BY member_id;

-- name: erasure_of^
SELECT * FROM erasure WHERE member_id = :member_id;

-- name: erasure_left$
SELECT COUNT(*) FROM job WHERE requester_id = :member_id AND accepted_at <= :asked_at AND erased_at IS NULL;

-- name: erasure_over!
DELETE FROM erasure WHERE member_id = :member_id;

-- name: jobs_erased_of_member!
-- All that is over: nothing more is drawn, paid or shown for it, and no moderator has to look at it. The rest goes with
-- it by a trigger.
UPDATE job SET erased_at = :now, removes_card = :with_cards
 WHERE requester_id = :member_id AND accepted_at <= :asked_at AND erased_at IS NULL
   AND state IN ('delivered', 'withdrawn', 'cancelled', 'undeliverable') AND due_at IS NULL AND lease_owner IS NULL
   AND NOT EXISTS (SELECT 1 FROM task
                    WHERE task.job_id = job.id AND task.state NOT IN ('rendered', 'failed', 'cancelled'))
   AND COALESCE((SELECT MIN(at) FROM report WHERE report.job_id = job.id AND closed_at IS NULL), 0) <= :reported_before;

-- name: jobs_erased_by_age!
-- The same of what has reached its age and is not kept; so many at a time.
UPDATE job SET erased_at = :now
 WHERE id IN (
   SELECT id FROM job
    WHERE accepted_at < :before AND erased_at IS NULL AND kept_at IS NULL
      AND state IN ('delivered', 'withdrawn', 'cancelled', 'undeliverable') AND due_at IS NULL AND lease_owner IS NULL
      AND NOT EXISTS (SELECT 1 FROM task
                       WHERE task.job_id = job.id AND task.state NOT IN ('rendered', 'failed', 'cancelled'))
      AND COALESCE((SELECT MIN(at) FROM report WHERE report.job_id = job.id AND closed_at IS NULL), 0) <= :reported_before
    ORDER BY accepted_at LIMIT :most);

-- name: cards_removed_too!
-- What was erased earlier, and whose card was left where it is: on purpose, or because its place was closed.
UPDATE job SET removes_card = 1, removal_at = :now, removal_tries = 0
 WHERE requester_id = :member_id AND accepted_at <= :now AND erased_at IS NOT NULL AND removes_card = 0
   AND message_id IS NOT NULL AND deleted_at IS NULL AND bot_is_member = 1 AND private = 0;

-- name: unknown_left_by_member
-- Who has everything erased waits for no answer any more: as if they had left it.
UPDATE task SET state = 'failed', reason = 'left', cost_microusd = estimate_microusd, moved_at = :now, ended_at = :now
 WHERE state = 'unknown'
   AND job_id IN (SELECT id FROM job
                   WHERE requester_id = :member_id AND accepted_at <= :asked_at AND erased_at IS NULL)
RETURNING job_id;

-- name: own_reports_blanked!
-- That they reported stays with what came of it: only the words go.
UPDATE report SET reason = '' WHERE reporter_id = :member_id;

-- name: own_notices_blanked!
UPDATE notice SET text = NULL WHERE member_id = :member_id AND kind IN ('reported', 'appealed');

-- name: own_refusal_notices_unnamed!
-- What a log channel was told, and never draws anew.
UPDATE notice SET member_id = 0 WHERE member_id = :member_id AND kind = 'refused' AND due_at IS NULL;

-- name: own_refusals_unnamed!
-- Reports count them; no limit does.
UPDATE refusal SET member_id = 0 WHERE member_id = :member_id;

-- name: persons_forgotten!
-- Erased, and counted by no limit and for no strike any more. What could lead back to the person goes too: where the
-- card was, and which interaction asked for it; that stays unique.
UPDATE job SET requester_id = 0, interaction_id = -(SELECT MIN(seq) FROM task WHERE task.job_id = job.id),
       reply_id = NULL,
       message_id = CASE WHEN message_id IS NULL THEN NULL ELSE 0 END,
       channel_id = CASE WHEN guild_id IS NULL THEN 0 ELSE channel_id END
 WHERE id IN (
   SELECT id FROM job
    WHERE erased_at IS NOT NULL AND requester_id <> 0 AND removal_at IS NULL AND accepted_at < :before
      AND NOT EXISTS (
        SELECT 1 FROM task
         WHERE task.job_id = job.id
           AND (task.accepted_at >= :before OR task.ended_at >= :before OR task.ended_at >= :now - 1000 * COALESCE(
             (SELECT strikes_window_s FROM server WHERE server.guild_id = job.account_id), 0)))
    ORDER BY accepted_at LIMIT :most);

-- name: notices_dropped_by_age!
-- But not those that wait for a moderator; and the last one is only blanked, for numbers go on from it: a button below
-- an old message must not come to decide about a new one.
DELETE FROM notice
 WHERE id IN (
   SELECT id FROM notice
    WHERE at < :before AND due_at IS NULL AND id < (SELECT MAX(id) FROM notice)
      AND (kind NOT IN ('review', 'reported', 'appealed')
           OR EXISTS (SELECT 1 FROM decision WHERE decision.notice_id = notice.id))
    ORDER BY at LIMIT :most);

-- name: last_notice_blanked!
UPDATE notice SET member_id = 0, job_id = NULL, text = NULL
 WHERE id = (SELECT MAX(id) FROM notice) AND at < :before AND due_at IS NULL
   AND (kind NOT IN ('review', 'reported', 'appealed')
        OR EXISTS (SELECT 1 FROM decision WHERE decision.notice_id = notice.id));

-- name: refusals_dropped_by_age!
-- They are numbered in the order in which they came: so many of the oldest are looked at.
DELETE FROM refusal WHERE seq < (SELECT MIN(seq) FROM refusal) + :most AND at < :before;

-- name: removals_recovered!
-- A new run: what an earlier one had begun or put off is due; not so what is behind a closed door.
UPDATE job SET removal_at = :now WHERE removal_at > :now AND removal_tries = 0;

-- name: removals_claimed
-- Due again should this run not be heard of: removing twice is as good as once.
UPDATE job SET removal_at = :again_at
 WHERE id IN (SELECT id FROM job WHERE removal_at <= :now ORDER BY removal_at LIMIT :limit)
RETURNING *;

-- name: removal_put_off!
-- Unless more is wanted meanwhile: that is due at once.
UPDATE job SET removal_at = :due_at, removal_tries = removal_tries + :tries
 WHERE id = :id AND removal_at = :held_until;

-- name: removal_over!
-- A card that was removed is deleted, and its reply with it; what is wanted meanwhile is still to be done.
UPDATE job SET removal_at = NULL, removal_tries = 0,
       reply_id = CASE WHEN :card_is_gone = 1 THEN NULL ELSE reply_id END,
       deleted_at = CASE WHEN :card_is_gone = 1 THEN COALESCE(deleted_at, :now) ELSE deleted_at END
 WHERE id = :id AND removal_at = :held_until;

-- name: removal_given_up!
-- Out of reach, and so it stays in Discord; its requester may ask for it once more.
UPDATE job SET removal_at = NULL, removal_tries = 0, removes_card = 0 WHERE id = :id AND removal_at = :held_until;

-- name: removal_next_due$
SELECT MIN(removal_at) FROM job WHERE removal_at IS NOT NULL;
