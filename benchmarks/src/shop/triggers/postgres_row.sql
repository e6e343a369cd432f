CREATE FUNCTION audit_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit (table_name, op, row_key, new_row)
        VALUES ('product', 'insert', NEW.id::text, to_jsonb(NEW));
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO audit (table_name, op, row_key, old_row, new_row)
        VALUES ('product', 'update', OLD.id::text, to_jsonb(OLD), to_jsonb(NEW));
    ELSE
        INSERT INTO audit (table_name, op, row_key, old_row)
        VALUES ('product', 'delete', OLD.id::text, to_jsonb(OLD));
    END IF;
    RETURN NULL;
END $$
--
CREATE TRIGGER audit_product AFTER INSERT OR UPDATE OR DELETE ON product
FOR EACH ROW EXECUTE FUNCTION audit_product()
--
CREATE FUNCTION audit_product_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit (table_name, op, row_key, new_row)
        VALUES ('product_tag', 'insert', NEW.product_id || ',' || NEW.tag_id, to_jsonb(NEW));
    ELSE
        INSERT INTO audit (table_name, op, row_key, old_row)
        VALUES ('product_tag', 'delete', OLD.product_id || ',' || OLD.tag_id, to_jsonb(OLD));
    END IF;
    RETURN NULL;
END $$
--
CREATE TRIGGER audit_product_tag AFTER INSERT OR DELETE ON product_tag
FOR EACH ROW EXECUTE FUNCTION audit_product_tag()
