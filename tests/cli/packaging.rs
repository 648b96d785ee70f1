//! What `Cargo.toml` and the docs say of the crates that the program is built from.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What cargo knows of this package and of all crates that are needed on this machine.
fn packages() -> Vec<Value> {
    let compiler =
        Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV").output().unwrap();
    let about = String::from_utf8(compiler.stdout).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// A version of Rust as numbers: `1.89` and `1.89.0` are one.
fn version(text: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = text.split('.').map(|number| number.parse().unwrap()).collect();
    numbers.resize(3, 0);
    numbers
}

#[test]
fn no_dependency_needs_a_newer_rust_than_this_package() {
    let packages = packages();
    let own = version(env!("CARGO_PKG_RUST_VERSION"));
    let mut declared = 0;
    for package in &packages {
        if let Some(needed) = package["rust_version"].as_str() {
            declared += 1;
            assert!(version(needed) <= own, "{} needs Rust {needed}", package["name"]);
        }
    }
    assert!(declared > packages.len() / 2, "{declared} of {} crates say which Rust they need", packages.len());
}

#[test]
fn the_docs_say_what_each_dependency_is_for() {
    let told = include_str!("../../docs/dependencies.md");
    let rows = told.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name);
    let rows: Vec<&str> = rows.collect();
    let packages = packages();
    let own = packages.iter().find(|package| package["name"] == env!("CARGO_PKG_NAME")).unwrap();
    let dependencies = own["dependencies"].as_array().unwrap();
    assert!(dependencies.len() > 20, "the dependencies were not found");
    for dependency in dependencies {
        let name = dependency["name"].as_str().unwrap();
        assert!(rows.contains(&name), "docs/dependencies.md does not say what `{name}` is for");
    }
}

/// The crates that a lock file holds for this package.
fn locked(file: &str) -> Vec<&str> {
    let package = file.split("[[package]]").find(|package| package.contains("name = \"aco\"\n")).unwrap();
    let listed = package.split_once("dependencies = [").unwrap().1.split_once(']').unwrap().0;
    listed.lines().map(|line| line.trim().trim_matches([',', '"'])).filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_fuzz_targets_lock_what_the_package_locks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join("fuzz").is_dir() {
        // The published package has no fuzz targets.
        return;
    }
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let (own, fuzz) = (read("Cargo.lock"), read("fuzz/Cargo.lock"));
    let (own, fuzz) = (locked(&own), locked(&fuzz));
    let for_tests = ["comrak", "divan", "insta", "proptest"];
    let needed: Vec<&str> = own.into_iter().filter(|name| !for_tests.contains(name)).collect();
    assert_eq!(fuzz, needed, "run `cargo metadata --manifest-path fuzz/Cargo.toml`");
}
