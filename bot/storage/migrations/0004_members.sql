-- What members choose for themselves, keep, and have erased.

-- The language that a card speaks, as one of ours (bot/domain/language.py).
ALTER TABLE job RENAME COLUMN locale TO language;
UPDATE job SET language = CASE language WHEN 'en-GB' THEN 'en-US' WHEN 'es-419' THEN 'es-ES' ELSE language END;
UPDATE job SET language = 'en-US'
 WHERE language NOT IN ('en-US', 'de', 'fr', 'es-ES', 'pt-BR', 'ja', 'ko', 'zh-CN');
-- Whether only its requester sees the card: such a message can be changed for 15 minutes.
ALTER TABLE job ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1));
-- When its requester is to be told by a reply that it is done; see Notify in bot/domain/preferences.py.
ALTER TABLE job ADD COLUMN notify TEXT NOT NULL DEFAULT 'never' CHECK (notify IN ('always', 'long', 'never'));
-- Its requester keeps it: no retention takes it away.
ALTER TABLE job ADD COLUMN kept_at INTEGER;
-- Its prompt and pictures are gone, because its requester said so or because of its age; the numbers stay.
ALTER TABLE job ADD COLUMN erased_at INTEGER;

-- What a member chose; NULL where they said nothing.
CREATE TABLE preference (
  member_id INTEGER PRIMARY KEY,
  size      TEXT,
  quality   TEXT,
  count     INTEGER CHECK (count BETWEEN 1 AND 4),
  notify    TEXT    CHECK (notify IN ('always', 'long', 'never')),
  private   INTEGER CHECK (private IN (0, 1)),
  language  TEXT
) STRICT;

-- The language of a server's public cards; NULL: the server's own on Discord.
ALTER TABLE server ADD COLUMN language TEXT;
