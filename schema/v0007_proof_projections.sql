-- Perfect subtrees of the log's Merkle tree, from 256 leaves on: with them a proof reads O(log n) hashes and 255 leaves
-- at most. A projection like those of v0002; what is missing here is calculated from the leaves.
CREATE TABLE log_subtree (
    -- 2^level leaves.
    level INTEGER NOT NULL CHECK (level >= 8),
    -- From 0, among those of the level.
    number INTEGER NOT NULL CHECK (number >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;
