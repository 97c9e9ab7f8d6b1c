// The tables, as docs/records.md publishes them. Times are milliseconds since 1970, yes and no are 1 and 0, what is unknown is NULL.

/** Raised when a table changes; a file of a newer one is left alone. */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
-- One row for each entry of the ledger, in the order in which the page wrote them.
CREATE TABLE ledger (
	session TEXT NOT NULL,
	pos INTEGER NOT NULL,    -- place in the session's order of writing, from 0
	n INTEGER NOT NULL,      -- the entry's own number, counted by the browser that played
	at INTEGER NOT NULL,
	type TEXT NOT NULL,
	usd REAL,                -- of a question that was paid for; NULL: nothing, or not known
	unpriced INTEGER NOT NULL DEFAULT 0, -- calls whose price is not known
	entry TEXT NOT NULL,     -- the entry as JSON
	sha256 TEXT NOT NULL,    -- of entry, in hexadecimal
	PRIMARY KEY (session, pos),
	UNIQUE (session, n)
) WITHOUT ROWID;
CREATE INDEX ledger_paid ON ledger (at) WHERE usd > 0;

-- The scorecard's sums for each minute of play; pauses are left out.
CREATE TABLE metrics_minute (
	session TEXT NOT NULL,
	minute INTEGER NOT NULL, -- from 0
	perception_local INTEGER NOT NULL, perception_total INTEGER NOT NULL,
	decision_local INTEGER NOT NULL, decision_total INTEGER NOT NULL,
	narration_local INTEGER NOT NULL, narration_total INTEGER NOT NULL,
	calls INTEGER NOT NULL,  -- requests to models outside the page
	device_calls INTEGER NOT NULL, -- and to models in it
	usd REAL NOT NULL,
	unpriced INTEGER NOT NULL,
	rested INTEGER NOT NULL, -- ticks on which nothing watched had changed
	acts INTEGER NOT NULL, idle INTEGER NOT NULL,
	PRIMARY KEY (session, minute)
) WITHOUT ROWID;

-- The same for the session, and what is counted for it alone.
CREATE TABLE metrics_session (
	session TEXT PRIMARY KEY,
	game TEXT,
	started_at INTEGER NOT NULL, ended_at INTEGER, ended_by TEXT,
	entries INTEGER NOT NULL,
	played_ms REAL NOT NULL,
	perception_local INTEGER NOT NULL, perception_total INTEGER NOT NULL,
	decision_local INTEGER NOT NULL, decision_total INTEGER NOT NULL,
	narration_local INTEGER NOT NULL, narration_total INTEGER NOT NULL,
	calls INTEGER NOT NULL, device_calls INTEGER NOT NULL,
	usd REAL,                -- NULL: the price of a call is not known
	unpriced INTEGER NOT NULL,
	rested INTEGER NOT NULL,
	acts INTEGER NOT NULL, idle INTEGER NOT NULL,
	checked INTEGER NOT NULL, wrong INTEGER NOT NULL, wrong_acted INTEGER NOT NULL,
	unanswered INTEGER NOT NULL,
	violations INTEGER NOT NULL,
	skills_new INTEGER NOT NULL, skills_total INTEGER NOT NULL,
	simulated INTEGER NOT NULL -- a scripted teacher, or a pretended price
) WITHOUT ROWID;

-- What was done: each act, carried out or not.
CREATE TABLE commands (
	session TEXT NOT NULL,
	n INTEGER NOT NULL,      -- the act's entry in the ledger
	at INTEGER NOT NULL,
	frame TEXT,              -- that it was decided on
	tick INTEGER NOT NULL,
	verb TEXT NOT NULL,
	args TEXT NOT NULL,      -- as JSON
	reason TEXT,             -- who decided it and why
	decided_by INTEGER,      -- entry of that decision
	outcome TEXT NOT NULL,   -- 'done', or why it was not
	idle INTEGER NOT NULL,   -- to do nothing
	PRIMARY KEY (session, n)
) WITHOUT ROWID;

-- Crystals as the ledger knows them.
CREATE TABLE crystals (
	id TEXT PRIMARY KEY,
	kind TEXT, name TEXT, state TEXT, -- NULL before its first change of state
	changed_at INTEGER, why TEXT,
	made_at INTEGER, made_by TEXT, -- ask and tier of the answer that made it; NULL: brought, or by hand
	uses INTEGER NOT NULL DEFAULT 0, -- answers it gave, alone or with others
	used_at INTEGER
) WITHOUT ROWID;

-- Dated rates, newest last. Never changed: another is another row.
CREATE TABLE rates (
	at INTEGER PRIMARY KEY,
	usd_per_btc REAL NOT NULL CHECK (usd_per_btc >= 1),
	source TEXT NOT NULL
);

-- Millisatoshis in, out, paid, fee and pending, each with its receipt. Append-only.
CREATE TABLE sats (
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('in', 'out', 'paid', 'fee', 'pending')),
	msat INTEGER NOT NULL CHECK (typeof(msat) = 'integer' AND msat >= 0),
	source TEXT NOT NULL CHECK (source IN ('wallet', 'import', 'ledger')),
	receipt TEXT NOT NULL,   -- hash of the payment, or session and number of the ledger's entry
	note TEXT NOT NULL,
	usd REAL,                -- what was converted
	rate_at INTEGER,         -- and by the rate of when
	until INTEGER,           -- of what is pending: when it lapses
	simulated INTEGER NOT NULL,
	UNIQUE (receipt, kind)
);
CREATE INDEX sats_at ON sats (at);
CREATE TRIGGER sats_are_kept BEFORE DELETE ON sats BEGIN SELECT RAISE(ABORT, 'rows of sats are never deleted'); END;
CREATE TRIGGER sats_stand BEFORE UPDATE ON sats BEGIN SELECT RAISE(ABORT, 'rows of sats are never changed'); END;

-- What could not be taken, or was found damaged.
CREATE TABLE set_aside (
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	meant_for TEXT NOT NULL, -- table
	found TEXT NOT NULL CHECK (found IN ('refused', 'damaged')), -- on its way in, or in the file
	session TEXT, pos INTEGER, n INTEGER, -- where known
	why TEXT NOT NULL,
	content TEXT NOT NULL,
	UNIQUE (meant_for, why, content)
);
CREATE INDEX set_aside_of ON set_aside (session, n);
`;
