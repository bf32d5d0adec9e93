//! The program `thumbnails`, as somebody runs it.
#![expect(clippy::unwrap_used, reason = "what a test cannot prepare is a failure of the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of this test, empty at its start.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn thumbnails(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thumbnails"))
        .arg("--data")
        .arg(data)
        .args(arguments)
        .env("TASKSCOPE_ADDR", "127.0.0.1:0")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn one_round_makes_a_thumbnail_of_each_image_and_ends() {
    let data = folder("one-round");
    let run = thumbnails(&data, &["--rounds", "1", "--images", "4", "--size", "48"]);
    let (out, err) = (text(&run.stdout), text(&run.stderr));
    assert!(run.status.success(), "{out}{err}");
    assert!(out.contains("drawing 4 images") && out.contains("4 thumbnails in"), "{out}");
    let small = data.join("small");
    let pictures = fs::read_dir(&small).unwrap().filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension().is_some_and(|ending| ending == "jpg")
            && fs::read(&path).unwrap().starts_with(&[0xff, 0xd8])
    });
    assert_eq!(pictures.count(), 4);
    let table = fs::read_to_string(small.join("catalogue.tsv")).unwrap();
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(table.contains("landscape-00001.jpg\t32\t48\t"), "{table}");

    // The second run finds its images, and an image that is none does not stop it.
    fs::write(data.join("images/broken.png"), "no image").unwrap();
    let run = thumbnails(&data, &["--rounds", "2", "--images", "4", "--workers", "1", "--queue", "1"]);
    let out = text(&run.stdout);
    assert!(run.status.success(), "{out}");
    assert!(!out.contains("drawing"), "{out}");
    assert!(out.contains("8 thumbnails in") && out.contains("2 failed"), "{out}");
    assert_eq!(out.matches("broken.png").count(), 1, "{out}");
}

#[test]
fn faults_that_do_not_stop_it_let_it_end() {
    let data = folder("faults");
    for fault in ["leak", "slow"] {
        let run = thumbnails(&data, &["--rounds", "1", "--images", "2", "--fault", fault]);
        let out = text(&run.stdout);
        assert!(run.status.success(), "{out}");
        assert!(out.contains(fault) && out.contains("2 thumbnails in"), "{out}");
    }
}

#[test]
fn a_bad_argument_is_named() {
    let data = folder("arguments");
    for (arguments, expected) in [
        (["--rounds", "0"], "--rounds"),
        (["--workers", "0"], "1..=512"),
        (["--size", "9000"], "16..=1024"),
        (["--fault", "panic"], "leak, slow, stall, jam, futurelock"),
        (["--colour", "red"], "unexpected argument '--colour'"),
    ] {
        let run = thumbnails(&data, &arguments);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        let err = text(&run.stderr);
        assert!(err.contains(expected), "{arguments:?}: {err}");
    }
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0, "nothing was begun");
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_what_to_do() {
    let data = folder("unwritable");
    fs::write(data.join("file"), "in the way").unwrap();
    let run = thumbnails(&data.join("file"), &["--rounds", "1"]);
    assert_eq!(run.status.code(), Some(1));
    let err = text(&run.stderr);
    assert!(err.contains("unwritable/file") && err.contains("--data DIR"), "{err}");
    let said = err.lines().filter(|line| !line.starts_with("taskscope "));
    assert_eq!(said.count(), 1, "{err}");
}

#[test]
fn nothing_but_broken_images_is_a_failure() {
    let data = folder("broken");
    fs::create_dir_all(data.join("images")).unwrap();
    fs::write(data.join("images/a.png"), "no image").unwrap();
    let run = thumbnails(&data, &["--rounds", "1", "--images", "1"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stderr).contains("no thumbnail could be made"), "{}", text(&run.stderr));
}
