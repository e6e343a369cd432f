//! Telling what was measured: on the terminal, and as a page with plots.

pub(crate) mod console;
mod machine;
mod markdown;
pub(crate) mod number;
mod plot;
mod targets;

use std::path::Path;

use crate::{
    error::{Context, Result},
    figure::Figure,
    kind::Kind,
};

/// Writes the page, and a plot for each database into a folder with the page's name.
///
/// # Errors
///
/// When a file cannot be written, or a server does not tell its version.
pub(crate) async fn write(figures: &[Figure], page: &Path) -> Result<()> {
    let plots = page.with_extension("");
    let mut drawn = Vec::new();
    for kind in Kind::ALL {
        let file = plots.join(kind.slug()).with_extension("svg");
        if plot::draw(figures, kind, &file)? {
            let folder = plots.file_name().unwrap_or_default().to_string_lossy();
            drawn.push((kind, format!("{folder}/{}.svg", kind.slug())));
        }
    }
    let machine = machine::describe(figures).await?;
    let text = markdown::page(figures, &machine, &drawn);
    std::fs::write(page, text).with_context(|| format!("cannot write {}", page.display()))
}
