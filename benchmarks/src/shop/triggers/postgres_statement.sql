CREATE FUNCTION audit_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (table_name, op, row_key, new_row)
    SELECT 'product', 'insert', n.id::text, to_jsonb(n) FROM new_rows n;
    RETURN NULL;
END $$
--
CREATE FUNCTION audit_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (table_name, op, row_key, old_row, new_row)
    SELECT 'product', 'update', o.id::text, to_jsonb(o), to_jsonb(n)
    FROM old_rows o JOIN new_rows n ON n.id = o.id;
    RETURN NULL;
END $$
--
CREATE FUNCTION audit_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (table_name, op, row_key, old_row)
    SELECT 'product', 'delete', o.id::text, to_jsonb(o) FROM old_rows o;
    RETURN NULL;
END $$
--
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (table_name, op, row_key, new_row)
    SELECT 'product_tag', 'insert', n.product_id || ',' || n.tag_id, to_jsonb(n) FROM new_rows n;
    RETURN NULL;
END $$
--
CREATE TRIGGER audit_insert AFTER INSERT ON product
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION audit_insert()
--
CREATE TRIGGER audit_update AFTER UPDATE ON product
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION audit_update()
--
CREATE TRIGGER audit_delete AFTER DELETE ON product
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION audit_delete()
--
CREATE TRIGGER audit_link AFTER INSERT ON product_tag
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION audit_link()
