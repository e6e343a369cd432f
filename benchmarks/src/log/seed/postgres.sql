-- {changes} changes in rounds: each round changes every one of {products} products once. Before them
-- as many links of other products, so that the tables of links are not empty.
INSERT INTO changeset (id, created_at, actor, actor_label, reason, context, parent_id, origin)
SELECT
    (lpad(to_hex(1767225600000 + n * 1000), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0')
        || '8' || lpad(to_hex(n * 7919), 15, '0'))::uuid,
    timestamptz '2026-01-01 00:00:00.123456Z' + n * interval '1 second',
    'user:' || (n % 1000), NULL, 'spring sale', '{}', NULL, 'app'
FROM generate_series(0::bigint, ({changes} - 1) / 100) AS n
ORDER BY n;

INSERT INTO change (id, changeset_id, recorded_at, entity, object_key, action, diff)
SELECT
    i, '019b76da-a800-7000-8000-000000000000', timestamptz '2026-01-01 00:00:00.123456Z',
    'product_tag', format('[%s,%s]', {products} + i, i % 100 + 1), 'insert',
    jsonb_build_object('product_id', {products} + i, 'tag_id', i % 100 + 1)
FROM generate_series(1::bigint, {products}) AS i
ORDER BY i;

INSERT INTO change_ref (change_id, entity, object_key, role)
SELECT i, 'product', ({products} + i)::text, 'product_id'
FROM generate_series(1::bigint, {products}) AS i
UNION ALL
SELECT i, 'tag', (i % 100 + 1)::text, 'tag_id'
FROM generate_series(1::bigint, {products}) AS i;

INSERT INTO change (id, changeset_id, recorded_at, entity, object_key, action, diff)
SELECT
    {products} + i + 1,
    (lpad(to_hex(1767225600000 + i / 100 * 1000), 12, '0') || '7'
        || lpad(to_hex(i / 100 % 4096), 3, '0') || '8'
        || lpad(to_hex(i / 100 * 7919), 15, '0'))::uuid,
    timestamptz '2026-01-01 00:00:00.123456Z' + i * interval '10 milliseconds',
    'product',
    (i % {products} + 1)::text,
    CASE WHEN i < {products} THEN 'insert' ELSE 'update' END,
    CASE WHEN i < {products} THEN jsonb_build_object(
        'id', i + 1, 'name', 'product ' || i + 1, 'description', 'a thing that the shop sells',
        'price', '10.00', 'stock', 7, 'active', true,
        'created_at', '2026-01-01T00:00:00.000000Z', 'updated_at', null)
    ELSE jsonb_build_object('price', jsonb_build_array(
        to_char(10 + (i / {products} - 1) * 0.01, 'FM990.00'),
        to_char(10 + i / {products} * 0.01, 'FM990.00')))
    END
FROM generate_series(0::bigint, {changes} - 1) AS i
ORDER BY i;

CREATE TABLE plain (
    id bigint NOT NULL PRIMARY KEY,
    batch_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind text NOT NULL,
    object_key text NOT NULL,
    action varchar(6) NOT NULL,
    diff jsonb NOT NULL
);
INSERT INTO plain SELECT * FROM change ORDER BY id;
CREATE INDEX plain_object ON plain (object_key, id);

VACUUM ANALYZE changeset;
VACUUM ANALYZE change;
VACUUM ANALYZE change_ref;
VACUUM ANALYZE plain;
