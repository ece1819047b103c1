-- name: queue_waiting
-- The whole line is numbered, as the cards number it; a request stands where its first image stands.
-- Without a card it has no place yet, and with a moderator to ask neither.
SELECT job.*, line.images, line.place
  FROM (SELECT job_id, COUNT(*) AS images, MIN(place) AS place
          FROM (SELECT job_id, account_id,
                       CASE WHEN due_at IS NOT NULL
                            THEN ROW_NUMBER() OVER (ORDER BY due_at IS NULL, turn, seq) END AS place
                  FROM task WHERE state = 'queued') AS numbered
         WHERE account_id = :account_id
         GROUP BY job_id) AS line
  JOIN job ON job.id = line.job_id
 ORDER BY line.place IS NULL, line.place, job.accepted_at, job.id
 LIMIT :most;

-- name: queue_drawing
SELECT job.*, COUNT(*) AS images, NULL AS place
  FROM task JOIN job ON job.id = task.job_id
 WHERE task.account_id = :account_id AND task.state IN ('submitting', 'rendering')
 GROUP BY job.id
 ORDER BY job.accepted_at, job.id
 LIMIT :most;

-- name: queue_unknown
-- Only those that somebody can still decide on: a card that is gone took its doubts with it.
-- The plus keeps the planner on the index of what is unknown, which is little anywhere.
SELECT job.*, COUNT(*) AS images, NULL AS place
  FROM task JOIN job ON job.id = task.job_id
 WHERE +task.account_id = :account_id AND task.state = 'unknown' AND job.state = 'open'
 GROUP BY job.id
 ORDER BY job.accepted_at, job.id
 LIMIT :most;

-- name: queue_backlog
-- What can be taken back, for review too. Nothing that came after the moderator was asked whether to.
SELECT job.id, COUNT(*) AS images
  FROM task JOIN job ON job.id = task.job_id
 WHERE task.account_id = :account_id AND task.state = 'queued' AND job.state = 'open'
   AND job.accepted_at <= :until AND (:member_id IS NULL OR job.requester_id = :member_id)
 GROUP BY job.id;
