-- What nobody knows to have been charged.
--
-- A paid try whose answer was lost may be sent once more when a person says so. What the lost one may have
-- cost was forgotten then, unless the image was cancelled in line. Now it stands beside the settled cost.

ALTER TABLE task ADD COLUMN doubt_microusd INTEGER NOT NULL DEFAULT 0 CHECK (doubt_microusd >= 0);

-- The history tells of every try that was sent again so.
UPDATE task SET doubt_microusd = estimate_microusd * (
  SELECT COUNT(*) FROM event
   WHERE event.job_id = task.job_id AND event.task_id = task.id
     AND event.from_state = 'unknown' AND event.to_state = 'queued');

-- Those that were cancelled after it kept their estimate as a cost: that is their doubt now.
UPDATE task SET cost_microusd = 0 WHERE state = 'cancelled';
