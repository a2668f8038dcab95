-- With EventStoreDB as the log: whether anything of a category was recorded behind a position.
CREATE INDEX event_index_position ON event_index USING brin (position);
