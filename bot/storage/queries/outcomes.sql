-- name: outcomes_begin!
-- Where a record begins to tell: what came to its end before that is no news.
INSERT INTO fact (name, value) SELECT 'outcomes_told', COALESCE(MAX(seq), 0) FROM event WHERE true
ON CONFLICT (name) DO NOTHING;

-- name: outcomes_since
-- Jobs and images that came to their end since, in order: one page. What is read of a job is the sum of its images.
SELECT event.seq, event.job_id, event.task_id, event.to_state, event.at, job.accepted_at, job.guild_id,
       job.requester_id, job.count, job.detail AS fault, task.submitted_at, task.polls, task.reason,
       COALESCE(task.cost_microusd, (SELECT SUM(cost_microusd) FROM task AS image WHERE image.job_id = event.job_id), 0)
         AS cost_microusd,
       COALESCE(task.doubt_microusd, (SELECT SUM(doubt_microusd) FROM task AS image WHERE image.job_id = event.job_id), 0)
         AS doubt_microusd,
       (SELECT COUNT(*) FROM task AS image WHERE image.job_id = event.job_id AND image.state = 'rendered') AS images
  FROM event JOIN job ON job.id = event.job_id LEFT JOIN task ON task.id = event.task_id
 WHERE event.seq > :seq
   AND event.to_state IN ('delivered', 'cancelled', 'withdrawn', 'undeliverable', 'rendered', 'failed')
 ORDER BY event.seq LIMIT :most;
