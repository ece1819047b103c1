-- name: newest_move$
-- Where a run begins to count.
SELECT COALESCE(MAX(seq), 0) FROM event;

-- name: moves_since
-- What happened since the last look, with what it took: one page.
SELECT event.seq, event.at, event.task_id IS NOT NULL AS of_image, event.from_state, event.to_state,
       job.accepted_at, task.quality, task.submitted_at, task.polls, task.reason,
       CASE WHEN event.task_id IS NULL AND event.to_state = 'delivered'
            THEN (SELECT MAX(ended_at) FROM task AS image WHERE image.job_id = event.job_id) END AS images_ended_at
  FROM event LEFT JOIN job ON job.id = event.job_id LEFT JOIN task ON task.id = event.task_id
 WHERE event.seq > :seq
 ORDER BY event.seq LIMIT :most;

-- name: jobs_standing
-- Jobs that are not over, by state.
SELECT state, COUNT(*) AS number FROM job
 WHERE state IN ('accepted', 'open', 'delivering') GROUP BY state;

-- name: images_standing
-- Images that are not over, by state; one part for each, because each then has its index.
-- Without a card, or with a moderator to ask, one is not in line yet: it has no due_at, and nobody waits for the bot.
SELECT 'queued' AS state, COUNT(*) AS number, MIN(CASE WHEN due_at IS NOT NULL THEN accepted_at END) AS oldest_at
  FROM task WHERE state = 'queued'
UNION ALL SELECT 'submitting', COUNT(*), MIN(accepted_at) FROM task WHERE state = 'submitting'
UNION ALL SELECT 'rendering', COUNT(*), MIN(accepted_at) FROM task WHERE state = 'rendering'
UNION ALL SELECT 'unknown', COUNT(*), MIN(accepted_at) FROM task WHERE state = 'unknown';
