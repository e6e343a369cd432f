-- {changes} changes in rounds: each round changes every one of {products} products once. Before them
-- as many links of other products, so that the tables of links are not empty.
INSERT INTO changeset (id, created_at, actor, actor_label, reason, context, parent_id, origin)
SELECT
    unhex(concat(lpad(hex(1767225600000 + seq * 1000), 12, '0'), '7', lpad(hex(seq % 4096), 3, '0'),
        '8', lpad(hex(seq * 7919), 15, '0'))),
    timestamp '2026-01-01 00:00:00.123456' + INTERVAL seq SECOND,
    concat('user:', seq % 1000), NULL, 'spring sale', '{}', NULL, 'app'
FROM seq_0_to_{last}
WHERE seq <= {last} DIV 100
ORDER BY seq;

INSERT INTO `change` (id, changeset_id, recorded_at, entity, object_key, action, diff)
SELECT
    seq, unhex('019b76daa80070008000000000000000'), timestamp '2026-01-01 00:00:00.123456',
    'product_tag', concat('[', {products} + seq, ',', seq % 100 + 1, ']'), 'insert',
    json_object('product_id', {products} + seq, 'tag_id', seq % 100 + 1)
FROM seq_1_to_{products}
ORDER BY seq;

INSERT INTO change_ref (change_id, entity, object_key, role)
SELECT seq, 'product', {products} + seq, 'product_id' FROM seq_1_to_{products}
UNION ALL
SELECT seq, 'tag', seq % 100 + 1, 'tag_id' FROM seq_1_to_{products};

INSERT INTO `change` (id, changeset_id, recorded_at, entity, object_key, action, diff)
SELECT
    {products} + seq + 1,
    unhex(concat(lpad(hex(1767225600000 + seq DIV 100 * 1000), 12, '0'), '7',
        lpad(hex(seq DIV 100 % 4096), 3, '0'), '8', lpad(hex(seq DIV 100 * 7919), 15, '0'))),
    timestamp '2026-01-01 00:00:00.123456' + INTERVAL seq DIV 100 SECOND,
    'product',
    seq % {products} + 1,
    IF(seq < {products}, 'insert', 'update'),
    IF(seq < {products}, json_object(
        'id', seq + 1, 'name', concat('product ', seq + 1),
        'description', 'a thing that the shop sells', 'price', '10.00', 'stock', 7,
        'active', true, 'created_at', '2026-01-01T00:00:00.000000Z', 'updated_at', NULL),
    json_object('price', json_array(
        concat('', cast(10 + (seq DIV {products} - 1) * 0.01 AS decimal(10, 2))),
        concat('', cast(10 + seq DIV {products} * 0.01 AS decimal(10, 2))))))
FROM seq_0_to_{last}
ORDER BY seq;

CREATE TABLE plain (
    id bigint NOT NULL PRIMARY KEY,
    batch_id binary(16) NOT NULL,
    recorded_at datetime(6) NOT NULL,
    kind varchar(129) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    object_key varchar(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    action varchar(6) NOT NULL,
    diff json NOT NULL
) ENGINE=InnoDB;
INSERT INTO plain SELECT * FROM `change` ORDER BY id;
CREATE INDEX plain_object ON plain (object_key, id);

ANALYZE TABLE changeset, `change`, change_ref, plain;
