-- name: job_of_interaction$
SELECT id FROM job WHERE interaction_id = :interaction_id;

-- name: server_by_id^
SELECT * FROM server WHERE guild_id = :guild_id;

-- name: rules_for
-- What may hold for one member: their own rules, the server's, and those of all roles (who has which, Discord says).
SELECT scope, holder_id, name, value FROM limit_rule
 WHERE guild_id = :guild_id AND (scope <> 'member' OR holder_id = :member_id);

-- name: channel_rules_of
SELECT * FROM channel_rule WHERE guild_id = :guild_id ORDER BY channel_id;

-- name: block_of^
SELECT * FROM block WHERE guild_id = :guild_id AND member_id = :member_id;

-- name: fresh_start_of$
-- One in the future, as after a clock set back, counts for nothing.
SELECT at FROM fresh_start WHERE guild_id = :account_id AND member_id = :member_id AND at <= :now;

-- name: member_use^
-- Failed and cancelled images are given back; what they cost all the same is money spent.
SELECT COALESCE(SUM(accepted_at > :hour_ago AND grant_id IS NULL AND state NOT IN ('failed', 'cancelled')), 0)
         AS images_per_hour,
       COALESCE(SUM(accepted_at > :day_ago AND grant_id IS NULL AND state NOT IN ('failed', 'cancelled')), 0)
         AS images_per_day,
       COALESCE(SUM(CASE WHEN accepted_at > :day_ago
                    THEN COALESCE(cost_microusd, estimate_microusd) + doubt_microusd END), 0) AS spend_per_day,
       COALESCE(SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd), 0) AS spend_per_month
  FROM task
 WHERE account_id = :account_id AND requester_id = :member_id AND accepted_at > :since;

-- name: member_ran$
-- For turns: everything that was asked for in the last hour and not taken back.
SELECT COUNT(*) FROM task
 WHERE account_id = :account_id AND requester_id = :member_id AND accepted_at > :hour_ago AND state <> 'cancelled';

-- name: member_last_asked$
SELECT accepted_at FROM job
 WHERE account_id = :account_id AND requester_id = :member_id AND state <> 'withdrawn'
   AND accepted_at > :since AND accepted_at <= :now
 ORDER BY accepted_at DESC LIMIT 1;

-- name: member_waiting$
SELECT COUNT(DISTINCT job_id) FROM task
 WHERE requester_id = :member_id AND state = 'queued' AND account_id = :account_id;

-- name: account_waiting$
SELECT COUNT(*) FROM (
  SELECT DISTINCT job_id FROM task WHERE account_id = :account_id AND state = 'queued' LIMIT :most) AS jobs;

-- name: account_spend$
-- Whole hours from their sums, the hour that the window begins in from its tasks.
SELECT (SELECT COALESCE(SUM(microusd), 0) FROM use_of_hour WHERE account_id = :account_id AND hour > :edge_hour)
     + (SELECT COALESCE(SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd), 0) FROM task
         WHERE account_id = :account_id AND accepted_at > :since AND accepted_at < :edge_end);

-- name: bot_spend$
SELECT (SELECT COALESCE(SUM(microusd), 0) FROM use_of_hour WHERE account_id = -1 AND hour > :edge_hour)
     + (SELECT COALESCE(SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd), 0) FROM task
         WHERE accepted_at > :since AND accepted_at < :edge_end);

-- name: grants_live
-- What is left of each grant, the first to expire first. An image that failed is given back.
SELECT * FROM (
  SELECT allowance.*, allowance.images - (
           SELECT COUNT(*) FROM task
            WHERE task.grant_id = allowance.id AND task.state NOT IN ('failed', 'cancelled')) AS remaining
    FROM allowance
   WHERE guild_id = :account_id AND member_id = :member_id AND expires_at > :now) AS live
 WHERE remaining > 0
 ORDER BY expires_at, id;

-- name: image_frees_at$
-- When the nth oldest image of a window was accepted.
SELECT accepted_at FROM task
 WHERE account_id = :account_id AND requester_id = :member_id AND accepted_at > :since
   AND grant_id IS NULL AND state NOT IN ('failed', 'cancelled')
 ORDER BY accepted_at LIMIT 1 OFFSET :before;

-- name: member_spend_frees_at$
-- The image whose leaving brings what was spent below the cap by enough.
SELECT accepted_at FROM (
  SELECT accepted_at, SUM(COALESCE(cost_microusd, estimate_microusd) + doubt_microusd)
                        OVER (ORDER BY accepted_at, seq) AS freed
    FROM task
   WHERE account_id = :account_id AND requester_id = :member_id AND accepted_at > :since) AS leaving
 WHERE freed >= :excess
 ORDER BY accepted_at LIMIT 1;

-- name: account_spend_frees_at$
-- To the hour: when all of that hour has left the window, enough is free. Of the hour at the window's edge only
-- what is still in it counts: all that is used, without the hours after it.
SELECT hour FROM (
  SELECT hour, SUM(microusd) OVER (ORDER BY hour) AS freed
    FROM (
      SELECT hour, SUM(microusd) AS microusd FROM use_of_hour
       WHERE account_id = :account_id AND hour > :edge_hour
       GROUP BY hour
      UNION ALL
      SELECT :edge_hour, :used - COALESCE(SUM(microusd), 0) FROM use_of_hour
       WHERE account_id = :account_id AND hour > :edge_hour) AS hours) AS leaving
 WHERE freed >= :excess
 ORDER BY hour LIMIT 1;

-- name: refusal_noted!
INSERT INTO refusal (at, account_id, member_id, why) VALUES (:now, :account_id, :member_id, :why);

-- name: refused_lately$
-- Whether the log channel is told already that this member is refused for this.
SELECT 1 FROM notice
 WHERE member_id = :member_id AND guild_id = :account_id AND kind = 'refused' AND text = :why AND at > :since LIMIT 1;

-- name: spend_mark_set!
-- Whether this is the first time within the window that so much of a cap is used.
INSERT INTO spend_mark (account_id, name, percent, at) VALUES (:account_id, :name, :percent, :now)
ON CONFLICT (account_id, name, percent) DO UPDATE SET at = excluded.at WHERE spend_mark.at <= :since;

-- name: spend_marks_cleared!
-- The cap is another one now: how much of it is used is to be told anew.
DELETE FROM spend_mark WHERE account_id = :account_id AND name = :name;

-- name: notice_added!
-- Only where moderators have chosen a log channel, and want to hear of such things.
INSERT INTO notice (guild_id, channel_id, kind, member_id, job_id, text, at, due_at)
SELECT guild_id, log_channel_id, :kind, :member_id, :job_id, :text, :now, :now
  FROM server
 WHERE guild_id = :guild_id AND log_channel_id IS NOT NULL AND (log_all = 1 OR :important = 1);

-- name: audit_added!
INSERT INTO audit (at, guild_id, action, actor_id, target_id, job_id, before_value, after_value, reason)
VALUES (:now, :guild_id, :action, :actor_id, :target_id, :job_id, :before_value, :after_value, :reason);
