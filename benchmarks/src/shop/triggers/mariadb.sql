CREATE TRIGGER audit_insert AFTER INSERT ON product
FOR EACH ROW INSERT INTO audit (table_name, op, row_key, new_row)
VALUES (
    'product',
    'insert',
    NEW.id,
    JSON_OBJECT('id', NEW.id, 'name', NEW.name, 'description', NEW.description, 'price', NEW.price, 'stock', NEW.stock, 'active', NEW.active, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at)
)
--
CREATE TRIGGER audit_update AFTER UPDATE ON product
FOR EACH ROW INSERT INTO audit (table_name, op, row_key, old_row, new_row)
VALUES (
    'product',
    'update',
    OLD.id,
    JSON_OBJECT('id', OLD.id, 'name', OLD.name, 'description', OLD.description, 'price', OLD.price, 'stock', OLD.stock, 'active', OLD.active, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at),
    JSON_OBJECT('id', NEW.id, 'name', NEW.name, 'description', NEW.description, 'price', NEW.price, 'stock', NEW.stock, 'active', NEW.active, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at)
)
--
CREATE TRIGGER audit_delete AFTER DELETE ON product
FOR EACH ROW INSERT INTO audit (table_name, op, row_key, old_row)
VALUES (
    'product',
    'delete',
    OLD.id,
    JSON_OBJECT('id', OLD.id, 'name', OLD.name, 'description', OLD.description, 'price', OLD.price, 'stock', OLD.stock, 'active', OLD.active, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at)
)
--
CREATE TRIGGER audit_link_insert AFTER INSERT ON product_tag
FOR EACH ROW INSERT INTO audit (table_name, op, row_key, new_row)
VALUES (
    'product_tag',
    'insert',
    CONCAT(NEW.product_id, ',', NEW.tag_id),
    JSON_OBJECT('product_id', NEW.product_id, 'tag_id', NEW.tag_id)
)
--
CREATE TRIGGER audit_link_delete AFTER DELETE ON product_tag
FOR EACH ROW INSERT INTO audit (table_name, op, row_key, old_row)
VALUES (
    'product_tag',
    'delete',
    CONCAT(OLD.product_id, ',', OLD.tag_id),
    JSON_OBJECT('product_id', OLD.product_id, 'tag_id', OLD.tag_id)
)
