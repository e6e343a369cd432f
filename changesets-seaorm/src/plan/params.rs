//! Which of the caller's values each placeholder stands for.

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    shorten::Cut,
    source::{Lexeme, Source},
};

/// Numbers the placeholders, and says whether there are some by name.
///
/// PostgreSQL numbers them itself (`$1`), MySQL counts them (`?`), SQLite does both: `?` is one more
/// than the largest number so far (<https://www.sqlite.org/lang_expr.html#varparam>).
pub(super) fn number(backend: DbBackend, lexemes: &mut [Lexeme], cut: Option<Cut>) -> bool {
    let mut named = false;
    let mut next = 0;
    for at in 0..lexemes.len() {
        if backend == DbBackend::Sqlite && at + 1 < lexemes.len() {
            let sigil = matches!(lexemes[at].token, Token::Colon | Token::AtSign);
            let word = matches!(lexemes[at + 1].token, Token::Word(_));
            named |= sigil && word && Source::touch(&lexemes[at], &lexemes[at + 1]);
        }
        let Token::Placeholder(text) = &lexemes[at].token else {
            continue;
        };
        let index = match (text.as_str(), backend) {
            ("?", _) => {
                let skipped = cut.map_or(0, |cut| cut.params_before(&lexemes[at]));
                Some(next + skipped)
            }
            (numbered, _) => {
                let digits = numbered.trim_start_matches(['?', '$']);
                digits.parse::<usize>().ok().and_then(|number| number.checked_sub(1))
            }
        };
        match index {
            Some(index) => {
                next = if text == "?" { next + 1 } else { next.max(index + 1) };
                lexemes[at].param = Some(index);
            }
            None => named = true,
        }
    }
    named
}
