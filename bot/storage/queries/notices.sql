-- name: notices_called!
-- A new run: what an earlier one held, or put off, is tried at once.
UPDATE notice SET due_at = :now WHERE due_at > :now;

-- name: notice_heads
-- The next of each server: those behind it wait, so that a log tells things in their order.
SELECT * FROM notice
 WHERE id IN (SELECT MIN(id) FROM notice WHERE message_id IS NULL AND due_at IS NOT NULL GROUP BY guild_id)
 ORDER BY due_at;

-- name: notices_from
-- What waits on a server, from its next on.
SELECT * FROM notice
 WHERE guild_id = :guild_id AND id >= :id AND message_id IS NULL AND due_at IS NOT NULL
 ORDER BY id LIMIT :limit;

-- name: notices_to_redraw
SELECT * FROM notice
 WHERE message_id IS NOT NULL AND due_at IS NOT NULL AND due_at <= :now
 ORDER BY due_at LIMIT :limit;

-- name: notice_held!
-- Which ones share a message is settled before it is posted: should that be tried again, it is the same message.
UPDATE notice SET group_id = :group_id, due_at = :until, tried_at = COALESCE(tried_at, :now) WHERE id = :id;

-- name: notice_posted!
-- What came up meanwhile is still to be drawn: then due_at is not as it was left.
UPDATE notice SET message_id = :message_id, attempts = 0,
       due_at = CASE WHEN :stale = 0 AND due_at = :held_until THEN NULL ELSE :now END
 WHERE id = :id;

-- name: notice_told!
-- Of a routine message nothing is ever drawn anew.
UPDATE notice SET message_id = :message_id, due_at = NULL WHERE id = :id;

-- name: notice_put_off!
UPDATE notice SET due_at = :due_at, attempts = attempts + 1 WHERE id = :id;

-- name: notice_dropped!
UPDATE notice SET due_at = NULL WHERE id = :id;

-- name: notices_given_up!
-- Its channel is gone or shut: what waits for it is not told. A later one tries again.
UPDATE notice SET due_at = NULL
 WHERE guild_id = :guild_id AND channel_id = :channel_id AND message_id IS NULL AND due_at IS NOT NULL;

-- name: notice_next_redraw$
SELECT MIN(due_at) FROM notice WHERE message_id IS NOT NULL AND due_at IS NOT NULL;

-- name: notice_by_id^
SELECT * FROM notice WHERE id = :id;

-- name: notices_of_job
SELECT * FROM notice WHERE job_id = :job_id AND kind = :kind;

-- name: decisions_of
SELECT * FROM decision WHERE notice_id = :notice_id ORDER BY at, what;

-- name: decision_added!
INSERT INTO decision (notice_id, what, by_id, at) VALUES (:notice_id, :what, :by_id, :now)
ON CONFLICT DO NOTHING;

-- name: report_added!
-- One of each person about each job: another one about a copy that was left takes the place of the first.
INSERT INTO report (guild_id, job_id, reporter_id, reason, at, copy_id)
VALUES (:guild_id, :job_id, :reporter_id, :reason, :now, :copy_id)
ON CONFLICT (job_id, reporter_id) DO UPDATE
   SET reason = excluded.reason, at = excluded.at, copy_id = excluded.copy_id, closed_at = NULL;

-- name: report_of^
-- What is in the way of another one: it is open, or a moderator has dismissed it. Of what was deleted a copy may be left.
SELECT id FROM report
 WHERE job_id = :job_id AND reporter_id = :reporter_id
   AND (closed_at IS NULL
        OR EXISTS (SELECT 1 FROM notice JOIN decision ON decision.notice_id = notice.id
                    WHERE notice.job_id = :job_id AND notice.kind = 'reported' AND notice.member_id = :reporter_id
                      AND decision.what = 'dismissed'));

-- name: copies_reported
-- As far as they are not known to be gone.
SELECT DISTINCT copy_id FROM report WHERE job_id = :job_id AND copy_id IS NOT NULL ORDER BY copy_id;

-- name: reported_copy_gone!
UPDATE report SET copy_id = NULL WHERE job_id = :job_id AND copy_id = :copy_id;

-- name: reports_redrawn!
-- What they link to is another message now.
UPDATE notice SET due_at = :now, attempts = 0
 WHERE job_id = :job_id AND kind = 'reported' AND (message_id IS NOT NULL OR due_at IS NOT NULL);

-- name: reports_since$
-- Of one person on a server.
SELECT COUNT(*) FROM report WHERE guild_id = :guild_id AND reporter_id = :reporter_id AND at > :since;

-- name: report_closed!
UPDATE report SET closed_at = :now WHERE job_id = :job_id AND reporter_id = :reporter_id AND closed_at IS NULL;

-- name: reports_closed!
UPDATE report SET closed_at = :now WHERE job_id = :job_id AND closed_at IS NULL;

-- name: review_decided^
-- Two moderators may press at once, and the requester may take it back: the first one wins.
UPDATE job SET review = :review, review_reason = :reason
 WHERE id = :id AND review = 'waiting' AND state = 'open'
RETURNING *;

-- name: review_term_of$
SELECT review_term FROM job WHERE id = :id;

-- name: reviews_unanswered
SELECT * FROM job WHERE review = 'waiting' AND state = 'open' AND accepted_at <= :before;

-- name: block_appealed!
-- Once for each block.
UPDATE block SET appealed_at = :now WHERE guild_id = :guild_id AND member_id = :member_id AND appealed_at IS NULL;
