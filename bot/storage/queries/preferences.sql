-- name: preferences_of^
-- On the way of every /imagine.
SELECT * FROM preference WHERE member_id = :member_id;

-- name: preferences_set!
INSERT INTO preference (member_id, size, quality, count, notify, private, language)
VALUES (:member_id, :size, :quality, :count, :notify, :private, :language)
ON CONFLICT (member_id) DO UPDATE
   SET size = excluded.size, quality = excluded.quality, count = excluded.count, notify = excluded.notify,
       private = excluded.private, language = excluded.language;

-- name: preferences_cleared!
-- Who chose nothing leaves no trace.
DELETE FROM preference WHERE member_id = :member_id;

-- name: languages_chosen
-- Once, at start.
SELECT member_id, language FROM preference WHERE language IS NOT NULL;
