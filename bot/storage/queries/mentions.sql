-- name: mention_added!
-- In the transaction in which its job is delivered.
INSERT INTO mention (job_id, due_at) VALUES (:job_id, :now);

-- name: mentions_claimed
-- Held rather than leased: who dies over one leaves it due again.
UPDATE mention SET due_at = :until, tried_at = COALESCE(tried_at, :now)
 WHERE job_id IN (SELECT job_id FROM mention WHERE due_at <= :now ORDER BY due_at LIMIT :limit)
RETURNING *;

-- name: mention_put_off!
UPDATE mention SET due_at = :due_at, attempts = attempts + 1 WHERE job_id = :job_id;

-- name: mention_forgotten!
-- It was sent, or never will be.
DELETE FROM mention WHERE job_id = :job_id;

-- name: mention_sent!
-- But nothing leads back from a job that has no person any more.
UPDATE job SET reply_id = :reply_id WHERE id = :job_id AND requester_id <> 0;

-- name: mention_next_due$
SELECT MIN(due_at) FROM mention;
