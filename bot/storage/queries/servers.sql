-- name: channel_rule_of^
SELECT * FROM channel_rule WHERE guild_id = :guild_id AND channel_id = :channel_id;

-- name: channel_rule_set!
INSERT INTO channel_rule (guild_id, channel_id, allowed, spoiler, age_restricted_only)
VALUES (:guild_id, :channel_id, :allowed, :spoiler, :age_restricted_only)
ON CONFLICT (guild_id, channel_id) DO UPDATE
   SET allowed = excluded.allowed, spoiler = excluded.spoiler, age_restricted_only = excluded.age_restricted_only;

-- name: channel_rule_cleared!
DELETE FROM channel_rule WHERE guild_id = :guild_id AND channel_id = :channel_id;

-- name: log_channels
-- For `check --deep`, which asks Discord whether the bot can write there.
SELECT guild_id, log_channel_id FROM server WHERE log_channel_id IS NOT NULL ORDER BY guild_id;

-- name: server_paused_set!
INSERT INTO server (guild_id, paused_reason) VALUES (:guild_id, :paused_reason)
ON CONFLICT (guild_id) DO UPDATE SET paused_reason = excluded.paused_reason;

-- name: server_on_set!
INSERT INTO server (guild_id, is_on) VALUES (:guild_id, :is_on)
ON CONFLICT (guild_id) DO UPDATE SET is_on = excluded.is_on;

-- name: server_review_set!
INSERT INTO server (guild_id, review) VALUES (:guild_id, :review)
ON CONFLICT (guild_id) DO UPDATE SET review = excluded.review;

-- name: server_log_set!
INSERT INTO server (guild_id, log_channel_id, log_all) VALUES (:guild_id, :log_channel_id, :log_all)
ON CONFLICT (guild_id) DO UPDATE SET log_channel_id = excluded.log_channel_id, log_all = excluded.log_all;

-- name: server_defaults_set!
-- What is not given stays as it is.
INSERT INTO server (guild_id, size, quality, count) VALUES (:guild_id, :size, :quality, :count)
ON CONFLICT (guild_id) DO UPDATE
   SET size = COALESCE(excluded.size, server.size), quality = COALESCE(excluded.quality, server.quality),
       count = COALESCE(excluded.count, server.count);

-- name: server_language_set!
INSERT INTO server (guild_id, language) VALUES (:guild_id, :language)
ON CONFLICT (guild_id) DO UPDATE SET language = excluded.language;

-- name: server_strikes_set!
INSERT INTO server (guild_id, strikes_most, strikes_window_s, strikes_block_s)
VALUES (:guild_id, :most, :window_s, :block_s)
ON CONFLICT (guild_id) DO UPDATE
   SET strikes_most = excluded.strikes_most, strikes_window_s = excluded.strikes_window_s,
       strikes_block_s = excluded.strikes_block_s;
