-- name: submits_orphaned
-- An earlier run died with these on the wire: whether they were taken, nobody knows.
UPDATE task SET state = 'unknown', lease_owner = NULL, due_at = NULL, moved_at = :now
 WHERE state = 'submitting' AND lease_owner <> :owner
RETURNING *;

-- name: tasks_recovered!
-- A new run: what an earlier one held is free at once, because only one process holds the file.
UPDATE task SET lease_owner = NULL, lease_until = NULL
 WHERE lease_owner IS NOT NULL AND lease_owner <> :owner;

-- name: deadlines_extended!
-- The clock may have been set forward since: every task is asked for a little longer.
UPDATE task SET deadline_at = :earliest WHERE state = 'rendering' AND deadline_at < :earliest;

-- name: tasks_called_back!
-- Nothing is ever put off for that long: the clock was set back since, and nobody shall wait for it.
UPDATE task SET due_at = :now WHERE state IN ('queued', 'rendering') AND due_at > :latest;

-- name: tasks_running$
-- Two halves, because each then has its index; with IN the whole table would be read every time.
SELECT COUNT(*) FROM (
  SELECT 1 FROM task WHERE state = 'submitting'
  UNION ALL
  SELECT 1 FROM task WHERE state = 'rendering') AS running;

-- name: submits_waiting$
-- Counted to a hundred, more than any account takes at once.
SELECT COUNT(*) FROM (
  SELECT 1 FROM task
   WHERE state = 'queued' AND due_at <= :now
     AND (running_max IS NULL OR running_max > (
       SELECT COUNT(DISTINCT job_id) FROM task AS own
        WHERE own.state IN ('submitting', 'rendering') AND own.account_id = task.account_id
          AND own.requester_id = task.requester_id AND own.job_id <> task.job_id))
   LIMIT 100) AS counted;

-- name: next_submit^
-- Whose turn it is. A task of a job without a card has no due_at and is passed over, and so is one of a member
-- who has as many other jobs being drawn as they may.
-- The plus keeps the planner on the index of turns: sorting the whole line would cost its length.
SELECT * FROM task
 WHERE state = 'queued' AND +due_at <= :now
   AND (running_max IS NULL OR running_max > (
     SELECT COUNT(DISTINCT job_id) FROM task AS own
      WHERE own.state IN ('submitting', 'rendering') AND own.account_id = task.account_id
        AND own.requester_id = task.requester_id AND own.job_id <> task.job_id))
 ORDER BY turn, seq LIMIT 1;

-- name: submit_intended^
-- The intent, committed before the paid request is sent: from here a crash means `unknown`.
UPDATE task SET state = 'submitting', attempt_id = :attempt_id, attempts = attempts + 1, lease_owner = :owner,
       lease_until = :lease_until, submitted_at = :now, due_at = NULL, moved_at = :now
 WHERE id = :id AND state = 'queued'
RETURNING *;

-- name: polls_claimed
UPDATE task SET lease_owner = :owner, lease_until = :lease_until
 WHERE id IN (
   SELECT id FROM task
    WHERE state = 'rendering' AND due_at <= :now AND (lease_owner IS NULL OR lease_until < :now)
    ORDER BY due_at LIMIT :limit)
RETURNING *;

-- name: task_renewed!
UPDATE task SET lease_until = :lease_until WHERE id = :id AND lease_owner = :owner;

-- name: task_taken^
-- The provider took the task: from here a crash polls, it never submits again.
-- A late answer finds its attempt even after the task was given up as unknown. An id that another task has is none.
UPDATE task SET state = 'rendering', provider_task_id = :provider_task_id, due_at = :due_at, deadline_at = :deadline_at,
       stumbles = 0, lease_owner = NULL, moved_at = :now
 WHERE id = :id AND state IN ('submitting', 'unknown') AND attempt_id = :attempt_id
   AND NOT EXISTS (SELECT 1 FROM task AS other WHERE other.provider_task_id = :provider_task_id)
RETURNING *;

-- name: task_attached^
-- A paid task's id that an earlier run could only spill.
UPDATE task SET state = 'rendering', provider_task_id = :provider_task_id, due_at = :due_at, deadline_at = :deadline_at,
       stumbles = 0, lease_owner = NULL, moved_at = :now
 WHERE state IN ('submitting', 'unknown') AND attempt_id = :attempt_id
   AND NOT EXISTS (SELECT 1 FROM task AS other WHERE other.provider_task_id = :provider_task_id)
RETURNING *;

-- name: task_put_back^
-- Certainly not accepted: it keeps its turn and goes again.
UPDATE task SET state = 'queued', due_at = :due_at, stumbles = stumbles + 1, submitted_at = NULL, lease_owner = NULL, moved_at = :now
 WHERE id = :id AND state = 'submitting' AND attempt_id = :attempt_id
RETURNING *;

-- name: put_back_for_nobody!
-- Its card is gone meanwhile: nobody would see the picture, so it is not sent again.
UPDATE task SET state = 'cancelled', cost_microusd = 0, moved_at = :now, ended_at = :now, due_at = NULL
 WHERE id = :id AND state = 'queued'
   AND EXISTS (SELECT 1 FROM job WHERE job.id = task.job_id AND job.state = 'undeliverable');

-- name: task_lost^
-- No certain answer: never sent again by itself.
UPDATE task SET state = 'unknown', detail = :detail, lease_owner = NULL, due_at = NULL, moved_at = :now
 WHERE id = :id AND state = 'submitting' AND attempt_id = :attempt_id
RETURNING *;

-- name: task_snoozed^
-- Looked at, and looked at again later: no attempt is used up.
UPDATE task SET due_at = :due_at, polls = polls + 1, fetches = fetches + :fetched,
       stumbles = CASE WHEN :stumbled = 1 THEN stumbles + 1 ELSE 0 END, lease_owner = NULL
 WHERE id = :id AND state = 'rendering' AND lease_owner = :owner
RETURNING *;

-- name: task_rendered^
-- The bytes are on disk: settled.
UPDATE task SET state = 'rendered', cost_microusd = :cost, took_ms = :took_ms, picture_path = :path,
       picture_width = :width, picture_height = :height, picture_format = :format, picture_bytes = :size_bytes,
       polls = polls + 1, due_at = NULL, lease_owner = NULL, moved_at = :now, ended_at = :now
 WHERE id = :id AND state = 'rendering' AND lease_owner = :owner
RETURNING *;

-- name: task_failed^
UPDATE task SET state = 'failed', cost_microusd = :cost, reason = :reason, detail = :detail, due_at = NULL,
       lease_owner = NULL, moved_at = :now, ended_at = :now
 WHERE id = :id AND state IN ('submitting', 'rendering') AND lease_owner = :owner AND attempt_id = :attempt_id
RETURNING *;

-- name: unknown_retried!
-- A person accepts that it may be charged twice; not for a card that nobody can update any more.
-- What is reserved is for the new try: what the lost one may have cost is kept beside it. From now on it counts
-- as asked for now: what is paid today must not stand in last week's sums. What a moderator has to approve waits for it.
UPDATE task SET state = 'queued', accepted_at = :now, doubt_microusd = doubt_microusd + estimate_microusd,
       due_at = CASE WHEN EXISTS (SELECT 1 FROM job WHERE job.id = :job_id AND job.review = 'waiting') THEN NULL ELSE :now END,
       submitted_at = NULL, detail = NULL, moved_at = :now
 WHERE job_id = :job_id AND state = 'unknown'
   AND EXISTS (SELECT 1 FROM job WHERE job.id = :job_id AND job.state = 'open');

-- name: unknown_left!
-- A person leaves it. It may have been charged, so it keeps its estimate.
UPDATE task SET state = 'failed', reason = 'left', cost_microusd = estimate_microusd, moved_at = :now, ended_at = :now
 WHERE job_id = :job_id AND state = 'unknown';

-- name: unknown_left_by_nobody!
-- There is no card, or none any more, so nobody can be asked. It keeps its estimate, as when a person leaves it.
UPDATE task SET state = 'failed', reason = 'left', cost_microusd = estimate_microusd, moved_at = :now, ended_at = :now
 WHERE state = 'unknown'
   AND EXISTS (SELECT 1 FROM job WHERE job.id = task.job_id AND job.state IN ('undeliverable', 'withdrawn'));

-- name: durations_seen
SELECT took_ms FROM task
 WHERE state = 'rendered' AND size = :size AND quality = :quality
 ORDER BY ended_at DESC LIMIT :limit;

-- name: next_submit_due$
-- Who may not have more drawn at once waits for the end of a step, not for a time.
SELECT due_at FROM task
 WHERE state = 'queued' AND due_at IS NOT NULL
   AND (running_max IS NULL OR running_max > (
     SELECT COUNT(DISTINCT job_id) FROM task AS own
      WHERE own.state IN ('submitting', 'rendering') AND own.account_id = task.account_id
        AND own.requester_id = task.requester_id AND own.job_id <> task.job_id))
 ORDER BY due_at LIMIT 1;

-- name: next_poll_due$
-- A leased task is being worked on; should its step have died, it is due when the lease lapses.
SELECT MIN(CASE WHEN lease_owner IS NULL THEN due_at ELSE lease_until + 1 END)
  FROM task WHERE state = 'rendering';
