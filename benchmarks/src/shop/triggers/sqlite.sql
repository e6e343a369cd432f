CREATE TRIGGER audit_insert AFTER INSERT ON product
FOR EACH ROW BEGIN
INSERT INTO audit (table_name, op, row_key, new_row)
VALUES (
    'product',
    'insert',
    NEW.id,
    json_object('id', NEW.id, 'name', NEW.name, 'description', NEW.description, 'price', NEW.price, 'stock', NEW.stock, 'active', NEW.active, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at)
); END
--
CREATE TRIGGER audit_update AFTER UPDATE ON product
FOR EACH ROW BEGIN
INSERT INTO audit (table_name, op, row_key, old_row, new_row)
VALUES (
    'product',
    'update',
    OLD.id,
    json_object('id', OLD.id, 'name', OLD.name, 'description', OLD.description, 'price', OLD.price, 'stock', OLD.stock, 'active', OLD.active, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at),
    json_object('id', NEW.id, 'name', NEW.name, 'description', NEW.description, 'price', NEW.price, 'stock', NEW.stock, 'active', NEW.active, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at)
); END
--
CREATE TRIGGER audit_delete AFTER DELETE ON product
FOR EACH ROW BEGIN
INSERT INTO audit (table_name, op, row_key, old_row)
VALUES (
    'product',
    'delete',
    OLD.id,
    json_object('id', OLD.id, 'name', OLD.name, 'description', OLD.description, 'price', OLD.price, 'stock', OLD.stock, 'active', OLD.active, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at)
); END
--
CREATE TRIGGER audit_link_insert AFTER INSERT ON product_tag
FOR EACH ROW BEGIN
INSERT INTO audit (table_name, op, row_key, new_row)
VALUES (
    'product_tag',
    'insert',
    NEW.product_id || ',' || NEW.tag_id,
    json_object('product_id', NEW.product_id, 'tag_id', NEW.tag_id)
); END
--
CREATE TRIGGER audit_link_delete AFTER DELETE ON product_tag
FOR EACH ROW BEGIN
INSERT INTO audit (table_name, op, row_key, old_row)
VALUES (
    'product_tag',
    'delete',
    OLD.product_id || ',' || OLD.tag_id,
    json_object('product_id', OLD.product_id, 'tag_id', OLD.tag_id)
); END
