//! The guide builds as a book, and its links lead somewhere.

use std::path::Path;

use mdbook_driver::MDBook;

#[test]
fn the_book_builds_and_every_chapter_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut book = MDBook::load(root).unwrap();
    book.config.build.build_dir = folder.path().to_owned();
    book.build().unwrap();
    let mut pages = 0;
    for chapter in std::fs::read_dir(root.join("guide")).unwrap() {
        let chapter = chapter.unwrap().file_name().into_string().unwrap();
        if chapter == "SUMMARY.md" {
            continue;
        }
        let page = folder.path().join(chapter.replace(".md", ".html"));
        let page = std::fs::read_to_string(&page)
            .unwrap_or_else(|_| panic!("`{chapter}` is not in SUMMARY.md"));
        assert!(
            !page.contains("{{#include"),
            "{chapter}: an include is missing"
        );
        pages += 1;
    }
    assert!(pages >= 9);
    let refused = std::fs::read_to_string(folder.path().join("not-recorded.html")).unwrap();
    assert!(refused.contains("MERGE"));
}

#[test]
fn links_between_chapters_lead_somewhere() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("guide");
    for chapter in std::fs::read_dir(&guide).unwrap() {
        let path = chapter.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1) {
            let target = target.split(')').next().unwrap();
            if !target.starts_with("http") {
                let file = target.split('#').next().unwrap();
                assert!(guide.join(file).exists(), "{}: {target}", path.display());
            }
        }
    }
}
