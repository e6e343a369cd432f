//! Describing a table.

use std::collections::HashMap;

use super::{Link, Record, TableError, TrackedColumn, TrackedTable};

/// Describes a table. Made by [`TrackedTable::new`].
#[derive(Clone, Debug)]
#[must_use = "a description does nothing until it is built"]
pub struct TrackedTableBuilder {
    schema: Option<String>,
    name: String,
    columns: Vec<TrackedColumn>,
    key: Vec<String>,
    link: Option<Link>,
}

impl TrackedTableBuilder {
    pub(super) fn new(name: String) -> Self {
        Self {
            schema: None,
            name,
            columns: Vec::new(),
            key: Vec::new(),
            link: None,
        }
    }

    /// Sets the schema.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Adds a column.
    pub fn column(mut self, column: TrackedColumn) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds columns.
    pub fn columns(mut self, columns: impl IntoIterator<Item = TrackedColumn>) -> Self {
        self.columns.extend(columns);
        self
    }

    /// Sets the key, in key order.
    pub fn key<I>(mut self, columns: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.key = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Makes it a junction.
    pub fn link(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }

    /// Checks the description.
    ///
    /// # Errors
    ///
    /// A [`TableError`] that names table and column: no key, a key or link column that does not
    /// exist or is not recorded, two columns of one name.
    pub fn build(self) -> Result<TrackedTable, TableError> {
        if self.name.is_empty() || self.schema.as_deref() == Some("") {
            return Err(TableError::NoName);
        }
        let entity = match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        };
        let positions = positions(&entity, &self.columns)?;
        let key = check_key(&entity, &self.columns, &self.key, &positions)?;
        if let Some(link) = &self.link {
            check_link(&entity, &self.columns, link, &positions)?;
        }
        Ok(TrackedTable {
            entity,
            schema: self.schema,
            name: self.name,
            columns: self.columns,
            key,
            link: self.link,
        })
    }
}

fn positions<'a>(
    table: &str,
    columns: &'a [TrackedColumn],
) -> Result<HashMap<&'a str, usize>, TableError> {
    let mut positions = HashMap::with_capacity(columns.len());
    for (position, column) in columns.iter().enumerate() {
        if positions.insert(column.name.as_str(), position).is_some() {
            return Err(TableError::DuplicateColumn {
                table: table.to_owned(),
                column: column.name.clone(),
            });
        }
    }
    Ok(positions)
}

fn check_key(
    table: &str,
    columns: &[TrackedColumn],
    names: &[String],
    positions: &HashMap<&str, usize>,
) -> Result<Vec<usize>, TableError> {
    let mut key = Vec::with_capacity(names.len());
    for name in names {
        let (table, column) = (table.to_owned(), name.clone());
        let Some(&position) = positions.get(name.as_str()) else {
            return Err(TableError::UnknownKeyColumn { table, column });
        };
        if key.contains(&position) {
            return Err(TableError::DuplicateKeyColumn { table, column });
        }
        if is_hidden(columns, position) {
            return Err(TableError::HiddenKeyColumn { table, column });
        }
        key.push(position);
    }
    if key.is_empty() {
        return Err(TableError::NoKey {
            table: table.to_owned(),
        });
    }
    Ok(key)
}

fn check_link(
    table: &str,
    columns: &[TrackedColumn],
    link: &Link,
    positions: &HashMap<&str, usize>,
) -> Result<(), TableError> {
    let [left, right] = &link.ends;
    if left.role == right.role {
        return Err(TableError::DuplicateRole {
            table: table.to_owned(),
            role: left.role.clone(),
        });
    }
    for end in &link.ends {
        let role = end.role.clone();
        if end.columns.is_empty() {
            let entity = end.entity.clone();
            return Err(TableError::NoLinkColumns {
                table: table.to_owned(),
                role,
                entity,
            });
        }
        for column in &end.columns {
            let (table, role, column) = (table.to_owned(), role.clone(), column.clone());
            match positions.get(column.as_str()) {
                None => {
                    return Err(TableError::UnknownLinkColumn {
                        table,
                        role,
                        column,
                    });
                }
                Some(&position) if is_hidden(columns, position) => {
                    return Err(TableError::HiddenLinkColumn {
                        table,
                        role,
                        column,
                    });
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

fn is_hidden(columns: &[TrackedColumn], position: usize) -> bool {
    columns
        .get(position)
        .is_some_and(|column| column.record != Record::Value)
}
