-- name: use_by_slot
-- From the sums, which outlive the rows they came from.
SELECT hour * 3600000 / :slot_ms * :slot_ms AS slot, quality, SUM(images) AS images, SUM(microusd) AS microusd
  FROM use_of_hour
 WHERE account_id = :account_id AND hour >= :start / 3600000 AND hour < :end / 3600000
 GROUP BY slot, quality
HAVING SUM(images) <> 0 OR SUM(microusd) <> 0
 ORDER BY slot;

-- name: report_sums
-- Three sums over one look at the tasks, which is most of what a report costs: by member, by reason of failure, by
-- tenths of a second in line.
WITH asked AS MATERIALIZED (
  SELECT requester_id, reason, (submitted_at - accepted_at + 99) / 100 AS tenths,
         CASE WHEN state IN ('failed', 'cancelled') THEN 0 ELSE 1 END AS images,
         COALESCE(cost_microusd, estimate_microusd) + doubt_microusd AS microusd
    FROM task
   WHERE account_id = :account_id AND accepted_at >= :start AND accepted_at < :end)
SELECT 'member' AS kind, requester_id AS number, NULL AS reason, SUM(images) AS images, SUM(microusd) AS microusd
  FROM asked GROUP BY requester_id HAVING SUM(images) > 0 OR SUM(microusd) > 0
UNION ALL
SELECT 'failure', 0, reason, COUNT(*), 0 FROM asked WHERE reason IS NOT NULL GROUP BY reason
UNION ALL
SELECT 'wait', tenths, NULL, COUNT(*), 0 FROM asked WHERE tenths IS NOT NULL GROUP BY tenths;

-- name: refusals_of_account
SELECT why, COUNT(*) AS times FROM refusal
 WHERE account_id = :account_id AND at >= :start AND at < :end
 GROUP BY why ORDER BY times DESC, why;

-- name: use_of_member
SELECT accepted_at / 86400000 * 86400000 AS slot, quality,
       SUM(CASE WHEN state IN ('failed', 'cancelled') THEN 0 ELSE 1 END) AS images,
       SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd) AS microusd
  FROM task
 WHERE account_id = :account_id AND requester_id = :member_id AND accepted_at >= :start AND accepted_at < :end
 GROUP BY slot, quality
 ORDER BY slot;

-- name: failures_of_member
SELECT reason, COUNT(*) AS times FROM task
 WHERE account_id = :account_id AND requester_id = :member_id AND accepted_at >= :start AND accepted_at < :end
   AND reason IS NOT NULL
 GROUP BY reason ORDER BY times DESC, reason;

-- name: refusals_of_member
SELECT why, COUNT(*) AS times FROM refusal
 WHERE account_id = :account_id AND at >= :start AND at < :end AND member_id = :member_id
 GROUP BY why ORDER BY times DESC, why;

-- name: recent_of_member
SELECT id, state, accepted_at, channel_id, count, (
         SELECT COALESCE(SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd), 0)
           FROM task WHERE task.job_id = job.id) AS microusd
  FROM job
 WHERE account_id = :account_id AND requester_id = :member_id AND state <> 'withdrawn'
 ORDER BY accepted_at DESC LIMIT :most;

-- name: images_exported
-- One page of an export, behind the picture that the last page ended with. What somebody asked for in private
-- is not told to others.
SELECT task.seq, task.job_id, task.number, task.requester_id, job.channel_id, task.accepted_at, task.size,
       task.quality, task.state, task.reason,
       COALESCE(task.cost_microusd, task.estimate_microusd) + task.doubt_microusd AS microusd,
       task.submitted_at, task.took_ms,
       CASE WHEN :prompts = 1 AND job.private = 0 AND job.erased_at IS NULL THEN job.prompt END AS prompt
  FROM task JOIN job ON job.id = task.job_id
 WHERE task.account_id = :account_id AND (task.accepted_at, task.seq) > (:at, :seq) AND task.accepted_at < :end
 ORDER BY task.accepted_at, task.seq LIMIT :most;

-- name: use_of_accounts
-- Every server's days, for the operator.
SELECT account_id, hour / 24 * 86400000 AS slot, quality, SUM(images) AS images, SUM(microusd) AS microusd
  FROM use_of_hour
 WHERE account_id >= 0 AND hour >= :start / 3600000 AND hour < :end / 3600000
 GROUP BY account_id, slot, quality
HAVING SUM(images) <> 0 OR SUM(microusd) <> 0
 ORDER BY slot, account_id, quality;

-- name: standing_of_accounts
-- Every server that anybody used or set up, for the operator.
SELECT known.account_id, server.is_on,
       (SELECT COUNT(*) FROM job WHERE job.account_id = known.account_id AND job.accepted_at >= :start) AS jobs,
       (SELECT COALESCE(SUM(images), 0) FROM use_of_hour
         WHERE use_of_hour.account_id = known.account_id AND hour >= :start / 3600000) AS images,
       (SELECT COALESCE(SUM(microusd), 0) FROM use_of_hour
         WHERE use_of_hour.account_id = known.account_id AND hour >= :start / 3600000) AS microusd,
       (SELECT MAX(accepted_at) FROM job WHERE job.account_id = known.account_id) AS last_used_at
  FROM (SELECT account_id FROM use_of_hour WHERE account_id >= 0
        UNION SELECT guild_id FROM server) AS known
  LEFT JOIN server ON server.guild_id = known.account_id
 ORDER BY microusd DESC, known.account_id;
