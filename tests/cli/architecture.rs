//! Data runs one way through the layers; this fails where an import would turn it round.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer and the layers that it may use besides itself.
const LAYERS: [(&str, &[&str]); 6] = [
    ("model", &[]),
    ("input", &["model"]),
    ("ledger", &["model"]),
    ("analysis", &["model", "ledger"]),
    ("output", &["model"]),
    ("cli", &["model", "input", "ledger", "analysis", "output"]),
];

#[test]
fn layers_use_only_what_lies_below_them() {
    let mut imports = 0;
    for (layer, below) in LAYERS {
        for file in rust_files(&source().join(layer)) {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for used in code.flat_map(layers_in) {
                imports += 1;
                assert!(used == layer || below.contains(&used.as_str()), "{}: {layer} uses {used}", file.display());
            }
        }
    }
    assert!(imports > 50, "the imports were not found");
}

#[test]
fn every_folder_is_a_layer() {
    for entry in fs::read_dir(source()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            let name = entry.file_name().into_string().unwrap();
            assert!(LAYERS.iter().any(|(layer, _)| *layer == name), "src/{name} is no layer");
        }
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn layers_in(line: &str) -> Vec<String> {
    let after = line.split("crate::").skip(1);
    after.map(|rest| rest.chars().take_while(char::is_ascii_lowercase).collect()).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
