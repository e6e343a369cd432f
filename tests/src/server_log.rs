//! What the PostgreSQL server says it executed: the only witness for "one statement per write".

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// The statements a PostgreSQL server ran in one database, read from its log.
#[derive(Debug)]
pub struct ServerLog {
    path: PathBuf,
    database: String,
    position: u64,
}

impl ServerLog {
    /// Starts at the log's present end.
    pub(crate) fn of(database: &str) -> Self {
        let path = std::env::var_os("CHANGESETS_TEST_POSTGRES_LOG")
            .expect("CHANGESETS_TEST_POSTGRES_LOG is not set: `scripts/servers env` prints it");
        let path = PathBuf::from(path);
        let position = std::fs::metadata(&path).expect("the server's log").len();
        Self {
            path,
            database: database.to_owned(),
            position,
        }
    }

    /// The statements since the last call, `BEGIN` and its kin included, oldest first.
    /// The server logs a statement before it runs it, so what was awaited is here.
    ///
    /// sqlx's own questions to the catalog, asked once per statement and type, are not left
    /// out: run the code once before counting.
    pub fn take(&mut self) -> Vec<String> {
        let mut file = std::fs::File::open(&self.path).expect("the server's log");
        file.seek(SeekFrom::Start(self.position)).expect("seek");
        let mut bytes = Vec::new();
        self.position += file.read_to_end(&mut bytes).expect("read") as u64;
        statements(&String::from_utf8_lossy(&bytes), &self.database)
    }
}

/// Lines look like `2025-… UTC [17] db=name LOG:  execute sqlx_s_1: UPDATE …`; a line that
/// starts with a tab continues the one before.
fn statements(text: &str, database: &str) -> Vec<String> {
    let mark = format!("] db={database} LOG:  ");
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(more) = line.strip_prefix('\t') {
            if let (true, Some(last)) = (inside, found.last_mut()) {
                last.push('\n');
                last.push_str(more);
            }
            continue;
        }
        inside = false;
        let Some((_, message)) = line.split_once(&mark) else {
            continue;
        };
        let sql = match message.strip_prefix("execute ") {
            Some(execute) => execute.split_once(": ").map(|(_, sql)| sql),
            None => message.strip_prefix("statement: "),
        };
        if let Some(sql) = sql {
            found.push(sql.to_owned());
            inside = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn statements_of_one_database_are_found_with_all_their_lines() {
        let log = "\
2025-01-01 00:00:00.000 UTC [1] db=a LOG:  statement: BEGIN
2025-01-01 00:00:00.000 UTC [1] db=a LOG:  execute sqlx_s_1: UPDATE x
\tSET y = $1
2025-01-01 00:00:00.000 UTC [1] db=a DETAIL:  parameters: $1 = '1'
\tstill the parameters
2025-01-01 00:00:00.000 UTC [2] db=b LOG:  statement: DELETE FROM x
2025-01-01 00:00:00.000 UTC [1] db=a LOG:  duration: 1 ms
";
        assert_eq!(statements(log, "a"), ["BEGIN", "UPDATE x\nSET y = $1"]);
        assert_eq!(statements(log, "b"), ["DELETE FROM x"]);
    }
}
