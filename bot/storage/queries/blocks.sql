-- name: block_set^
-- One that is only changed stays appealed: an appeal is heard once.
INSERT INTO block (guild_id, member_id, reason, by_id, at, until)
VALUES (:guild_id, :member_id, :reason, :by_id, :at, :until)
ON CONFLICT (guild_id, member_id) DO UPDATE
   SET reason = excluded.reason, by_id = excluded.by_id, at = excluded.at, until = excluded.until,
       appealed_at = CASE WHEN block.until IS NULL OR block.until > excluded.at THEN block.appealed_at END
RETURNING *;

-- name: block_ended!
-- The row stays: strikes are counted from its end.
UPDATE block SET until = :now WHERE guild_id = :guild_id AND member_id = :member_id;

-- name: blocks_live
SELECT * FROM block WHERE guild_id = :guild_id AND (until IS NULL OR until > :now) ORDER BY at DESC, member_id;

-- name: waiting_of_member
-- With those whose card is not up yet: they would begin after the block did.
SELECT job_id, COUNT(*) AS images FROM task
 WHERE account_id = :guild_id AND requester_id = :member_id AND state = 'queued'
 GROUP BY job_id;

-- name: strikes_since$
-- Requests, not images: one whose first image was refused before that moment has had its strike.
SELECT COUNT(DISTINCT job_id) FROM task
 WHERE account_id = :guild_id AND requester_id = :member_id AND reason = 'safety' AND ended_at > :since
   AND NOT EXISTS (
     SELECT 1 FROM task AS earlier
      WHERE earlier.job_id = task.job_id AND earlier.reason = 'safety' AND earlier.ended_at <= :since);
