//! Follows the first chapter in an empty folder: its commands, its files, and what it says one sees.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A fenced block of the chapter, and the text right before it.
struct Block<'a> {
    before: &'a str,
    language: &'a str,
    text: &'a str,
}

fn blocks(chapter: &str) -> Vec<Block<'_>> {
    let mut parts = chapter.split("\n```");
    let mut before = parts.next().unwrap();
    let mut blocks = Vec::new();
    while let (Some(block), after) = (parts.next(), parts.next().unwrap_or_default()) {
        let (language, text) = block.split_once('\n').unwrap();
        blocks.push(Block {
            before,
            language,
            text,
        });
        before = after;
    }
    blocks
}

/// The file that the text before a block says to put it into.
fn file(before: &str) -> Option<&str> {
    let rest = before.trim().rsplit_once("Put this into `")?.1;
    let (file, rest) = rest.split_once('`')?;
    (rest == ":").then_some(file)
}

#[test]
fn a_new_user_who_follows_the_first_chapter_sees_its_history() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let chapter = std::fs::read_to_string(root.join("docs/guide/first-changeset.md")).unwrap();
    let empty = tempfile::tempdir().unwrap();
    unpublished(root, empty.path());
    let mut folder = empty.path().to_owned();
    let mut seen = String::new();
    let mut expected = None;
    for block in blocks(&chapter) {
        match block.language {
            "sh" => block
                .text
                .lines()
                .for_each(|command| match command.strip_prefix("cd ") {
                    Some(into) => folder = folder.join(into),
                    None => seen = run(root, &folder, command),
                }),
            "text" => expected = Some(block.text),
            _ => {
                let Some(file) = file(block.before) else {
                    continue;
                };
                std::fs::write(folder.join(file), block.text).unwrap();
                if file == "Cargo.toml" {
                    // The versions that everything else here is tested with.
                    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
                }
            }
        }
    }
    assert_eq!(seen.trim_end(), expected.expect("what one sees").trim_end());
}

/// The crates of this workspace stand in for those of crates.io.
fn unpublished(root: &Path, folder: &Path) {
    let crates = [
        "changesets-core",
        "changesets-migration",
        "changesets-seaorm",
    ];
    let patches: String = crates
        .iter()
        .map(|name| format!("{name} = {{ path = {:?} }}\n", root.join(name)))
        .collect();
    std::fs::create_dir(folder.join(".cargo")).unwrap();
    let config = folder.join(".cargo/config.toml");
    std::fs::write(config, format!("[patch.crates-io]\n{patches}")).unwrap();
}

fn run(root: &Path, folder: &Path, command: &str) -> String {
    let mut words = command.split(' ');
    // Its own target folder, kept from run to run.
    let target: PathBuf = root.join("target/first-chapter");
    let output = Command::new(words.next().unwrap())
        .args(words)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "`{command}`:\n{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}
