-- name: terms_after
-- A list is read piece by piece: there may be 100,000 terms on it.
SELECT term, action FROM filter_term
 WHERE guild_id = :guild_id AND term > :after
 ORDER BY term LIMIT :most;

-- name: terms_containing
-- While somebody types. Those that begin with it come first.
SELECT term FROM filter_term
 WHERE guild_id = :guild_id AND term LIKE :within ESCAPE '\'
 ORDER BY term LIKE :first ESCAPE '\' DESC, term
 LIMIT :most;

-- name: term_of^
SELECT term, action FROM filter_term WHERE guild_id = :guild_id AND term = :term;

-- name: term_put!
-- One that is there as it is stays, and does not count.
INSERT INTO filter_term (guild_id, term, action) VALUES (:guild_id, :term, :action)
ON CONFLICT (guild_id, term) DO UPDATE SET action = excluded.action WHERE filter_term.action <> excluded.action;

-- name: terms_counted$
SELECT COUNT(*) FROM filter_term WHERE guild_id = :guild_id;

-- name: term_removed!
DELETE FROM filter_term WHERE guild_id = :guild_id AND term = :term;
