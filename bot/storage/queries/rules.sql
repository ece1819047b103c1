-- name: rules_of
SELECT scope, holder_id, name, value FROM limit_rule
 WHERE guild_id = :guild_id ORDER BY scope, holder_id, name;

-- name: rule_of^
SELECT scope, holder_id, name, value FROM limit_rule
 WHERE guild_id = :guild_id AND scope = :scope AND holder_id = :holder_id AND name = :name;

-- name: rule_set!
INSERT INTO limit_rule (guild_id, scope, holder_id, name, value)
VALUES (:guild_id, :scope, :holder_id, :name, :value)
ON CONFLICT (guild_id, scope, holder_id, name) DO UPDATE SET value = excluded.value;

-- name: rules_cleared
-- One rule of a holder; all of them where no name is given.
DELETE FROM limit_rule
 WHERE guild_id = :guild_id AND scope = :scope AND holder_id = :holder_id AND (:name IS NULL OR name = :name)
RETURNING scope, holder_id, name, value;

-- name: allowance_added!
INSERT INTO allowance (guild_id, member_id, images, at, expires_at)
VALUES (:guild_id, :member_id, :images, :now, :expires_at);

-- name: fresh_start_set!
INSERT INTO fresh_start (guild_id, member_id, at) VALUES (:guild_id, :member_id, :now)
ON CONFLICT (guild_id, member_id) DO UPDATE SET at = excluded.at;
