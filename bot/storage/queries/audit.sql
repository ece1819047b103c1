-- name: audit_newest
-- Found by number from the newest down; conditions that are NULL are none.
SELECT * FROM audit
 WHERE guild_id = :guild_id AND (:before IS NULL OR seq < :before) AND (:until IS NULL OR at < :until)
   AND (:member_id IS NULL OR actor_id = :member_id OR target_id = :member_id)
   AND (:action IS NULL OR action = :action)
 ORDER BY seq DESC LIMIT :most;

-- name: audit_batch
SELECT * FROM audit
 WHERE guild_id = :guild_id AND seq > :above AND at >= :start AND at < :end
 ORDER BY seq LIMIT :most;
