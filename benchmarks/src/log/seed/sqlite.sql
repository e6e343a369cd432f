-- {changes} changes in rounds: each round changes every one of {products} products once. Before them
-- as many links of other products, so that the tables of links are not empty.
WITH RECURSIVE number(n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ({changes} - 1) / 100
)
INSERT INTO changeset (id, created_at, actor, actor_label, reason, context, parent_id, origin)
SELECT
    unhex(printf('%012x7%03x8%015x', 1767225600000 + n * 1000, n % 4096, n * 7919)),
    strftime('%Y-%m-%dT%H:%M:%S', 1767225600 + n, 'unixepoch') || '.123456+00:00',
    'user:' || (n % 1000), NULL, 'spring sale', '{}', NULL, 'app'
FROM number;

WITH RECURSIVE number(i) AS (
    SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {products}
)
INSERT INTO change (id, changeset_id, recorded_at, entity, object_key, action, diff)
SELECT
    i, unhex('019b76daa80070008000000000000000'), '2026-01-01T00:00:00.123456+00:00',
    'product_tag', json_array({products} + i, i % 100 + 1), 'insert',
    json_object('product_id', {products} + i, 'tag_id', i % 100 + 1)
FROM number;

INSERT INTO change_ref (change_id, entity, object_key, role)
SELECT id, 'product', json_extract(diff, '$.product_id') || '', 'product_id' FROM change
UNION ALL
SELECT id, 'tag', json_extract(diff, '$.tag_id') || '', 'tag_id' FROM change;

WITH RECURSIVE number(i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < {changes} - 1
)
INSERT INTO change (id, changeset_id, recorded_at, entity, object_key, action, diff)
SELECT
    {products} + i + 1,
    unhex(printf('%012x7%03x8%015x', 1767225600000 + i / 100 * 1000, i / 100 % 4096, i / 100 * 7919)),
    strftime('%Y-%m-%dT%H:%M:%S', 1767225600 + i / 100, 'unixepoch') || '.123456+00:00',
    'product',
    CAST(i % {products} + 1 AS text),
    CASE WHEN i < {products} THEN 'insert' ELSE 'update' END,
    CASE WHEN i < {products} THEN json_object(
        'id', i + 1, 'name', 'product ' || (i + 1), 'description', 'a thing that the shop sells',
        'price', '10.00', 'stock', 7, 'active', json('true'),
        'created_at', '2026-01-01T00:00:00.000000Z', 'updated_at', NULL)
    ELSE json_object('price', json_array(
        printf('%.2f', 10 + (i / {products} - 1) * 0.01),
        printf('%.2f', 10 + i / {products} * 0.01)))
    END
FROM number;

CREATE TABLE plain (
    id integer NOT NULL PRIMARY KEY,
    batch_id blob NOT NULL,
    recorded_at text NOT NULL,
    kind text NOT NULL,
    object_key text NOT NULL,
    action text NOT NULL,
    diff text NOT NULL
);
INSERT INTO plain SELECT * FROM change ORDER BY id;
CREATE INDEX plain_object ON plain (object_key, id);

ANALYZE;
