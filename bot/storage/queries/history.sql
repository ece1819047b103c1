-- name: history_edge^
-- Where a page ends: at a request of one's own, whatever the button said.
SELECT accepted_at, id FROM job WHERE id = :id AND requester_id = :member_id;

-- name: history_older_end^
-- How far a look goes: past so many requests, whatever they are.
SELECT accepted_at, id FROM job
 WHERE requester_id = :member_id AND (accepted_at, id) < (:at, :id)
 ORDER BY accepted_at DESC, id DESC
 LIMIT 1 OFFSET :past;

-- name: history_older
SELECT * FROM job
 WHERE requester_id = :member_id AND (accepted_at, id) < (:at, :id) AND (accepted_at, id) >= (:end_at, :end_id)
   AND state <> 'withdrawn' AND erased_at IS NULL
   AND (:kept = 0 OR kept_at IS NOT NULL) AND (:size IS NULL OR size = :size)
   AND (:text IS NULL OR instr(lower(prompt), :text) > 0)
 ORDER BY accepted_at DESC, id DESC
 LIMIT :most;

-- name: history_newer_end^
SELECT accepted_at, id FROM job
 WHERE requester_id = :member_id AND (accepted_at, id) > (:at, :id)
 ORDER BY accepted_at, id
 LIMIT 1 OFFSET :past;

-- name: history_newer
SELECT * FROM job
 WHERE requester_id = :member_id AND (accepted_at, id) > (:at, :id) AND (accepted_at, id) <= (:end_at, :end_id)
   AND state <> 'withdrawn' AND erased_at IS NULL
   AND (:kept = 0 OR kept_at IS NOT NULL) AND (:size IS NULL OR size = :size)
   AND (:text IS NULL OR instr(lower(prompt), :text) > 0)
 ORDER BY accepted_at, id
 LIMIT :most;

-- name: history_named
-- While somebody types the code of a picture: with every letter. So it looks at the newest only, and at their beginnings.
SELECT * FROM job
 WHERE requester_id = :member_id
   AND accepted_at >= COALESCE((SELECT accepted_at FROM job WHERE requester_id = :member_id
                                 ORDER BY accepted_at DESC LIMIT 1 OFFSET :past), 0)
   AND state <> 'withdrawn' AND erased_at IS NULL
   AND (id LIKE :begin ESCAPE '\' OR instr(lower(substr(prompt, 1, :beginning)), :text) > 0)
 ORDER BY accepted_at DESC
 LIMIT :most;

-- name: jobs_under_way
SELECT *, COUNT(*) OVER () AS total FROM job
 WHERE requester_id = :member_id AND state IN ('accepted', 'open', 'delivering') AND erased_at IS NULL
 ORDER BY accepted_at, id
 LIMIT :most;
