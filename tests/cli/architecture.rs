//! Data runs one way through the rooms; this fails where a path would turn it round, and where files need each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The ways that data run, layer by layer: a room may use what lies below it in a line in which it stands, itself, and what
/// lies inside it. A path belongs to the deepest room that it enters.
const LINES: [&str; 3] = [
    "model < input::error, input::value < input::source < input::dialect < input::scan < input::kinds \
     < input::report, input::invoice, input::lists < input < cli",
    "model < ledger < analysis < cli",
    "model < output < cli",
];

/// The files of the tree, each with the files whose names it uses.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn rooms_use_only_what_lies_below_them() {
    let graph = graph_of_tree();
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 300, "the paths were not found");
    for (file, uses) in &graph {
        // The crate's root and the program's start stand above all rooms.
        let Some(room) = room_of(file).filter(|_| !matches!(file.as_str(), "lib" | "main")) else { continue };
        for used in uses {
            let Some(other) = room_of(used) else { panic!("{file} uses {used}, which is in no room") };
            let is_inside = is_in(other, room);
            let is_below = rooms_below(room).iter().any(|below| is_in(other, below));
            assert!(is_inside || is_below, "{file}: {room} uses {used} of {other}");
        }
    }
}

#[test]
fn every_folder_is_a_room() {
    for entry in fs::read_dir(source()).unwrap().chain(fs::read_dir(source().join("input")).unwrap()) {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            let path = entry.path();
            let module = module_of(&path.join("mod.rs"));
            assert!(rooms().any(|room| room == module), "{} is no room", path.display());
        }
    }
}

#[test]
fn no_files_need_each_other() {
    assert_eq!(circle(&graph_of_tree()), None);
}

#[test]
fn paths_go_up_one_step_and_modules_lie_in_folders() {
    for file in rust_files(&source()) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("super::super"), "{}: write crate::", file.display());
        assert!(!file.with_extension("").is_dir(), "{}: a folder's module is its mod.rs", file.display());
    }
}

#[test]
fn a_circle_is_found_whatever_path_makes_it() {
    let tree = |text: &'static str| BTreeMap::from([("a", "use crate::b;"), ("b", "use super::c::d;"), ("c", text)]);
    assert_eq!(circle(&graph(&tree("fn f() {}"))), None);
    for text in [
        "use crate::a;",
        "fn f() { crate::a::g() }",
        "use super::a::g;",
        "use crate::{x, a};",
        "use crate::{\n    x::{y, z},\n    a::{g, h},\n};",
        "use super::{a, x};",
        "fn f() { super::a::g(); }",
    ] {
        assert_eq!(circle(&graph(&tree(text))).as_deref(), Some("a -> b -> c -> a"), "{text}");
    }
    assert_eq!(circle(&graph(&tree("// use crate::a;"))), None);
    let unit_test = "#[cfg(test)]\nmod tests {\n    use crate::a;\n}\n";
    assert_eq!(circle(&graph(&tree(unit_test))), None, "tests may look around");
}

/// A circle of files, if there is one.
fn circle(graph: &Graph) -> Option<String> {
    fn visit<'g>(graph: &'g Graph, path: &mut Vec<&'g str>, done: &mut BTreeSet<&'g str>) -> Option<String> {
        let at = *path.last()?;
        for next in &graph[at] {
            if let Some(start) = path.iter().position(|on| *on == next) {
                return Some([&path[start..], &[next.as_str()]].concat().join(" -> "));
            }
            if !done.contains(next.as_str()) {
                path.push(next);
                let found = visit(graph, path, done);
                if found.is_some() {
                    return found;
                }
                path.pop();
            }
        }
        done.insert(at);
        None
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|file| visit(graph, &mut vec![file], &mut done))
}

fn graph_of_tree() -> Graph {
    let files: Vec<(String, String)> =
        rust_files(&source()).iter().map(|file| (module_of(file), fs::read_to_string(file).unwrap())).collect();
    graph(&files.iter().map(|(module, text)| (module.as_str(), text.as_str())).collect())
}

/// Which file uses which, by the paths in their code. A module that only passes names on is looked through: a path
/// means the deepest module that it enters.
fn graph(files: &BTreeMap<&str, &str>) -> Graph {
    let uses = |module: &str, text: &str| {
        let mut uses = BTreeSet::new();
        for path in paths(&code(text), module) {
            let parts: Vec<&str> = path.split("::").collect();
            let deepest = (1..=parts.len()).rev().map(|count| parts[..count].join("::"));
            let entered = deepest.into_iter().find(|entered| files.contains_key(entered.as_str()));
            uses.extend(entered.filter(|entered| entered != module));
        }
        uses
    };
    files.iter().map(|(module, text)| ((*module).to_owned(), uses(module, text))).collect()
}

/// A text without its comments and its unit tests, which stand at its foot.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every path that starts with `crate::` or `super::`, from the crate's root; groups in braces are taken apart.
fn paths(code: &str, module: &str) -> Vec<String> {
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    let mut paths = Vec::new();
    for (start, base) in [("crate::", ""), ("super::", parent)] {
        for (at, _) in code.match_indices(start) {
            let is_whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            // `pub(in crate::x)` says who may look, not what is used.
            if is_whole && !code[..at].ends_with("(in ") {
                grow(base, &code[at + start.len()..], &mut paths);
            }
        }
    }
    paths
}

/// Adds the paths that continue `base` at the start of a text, and returns what follows them.
fn grow<'t>(base: &str, text: &'t str, paths: &mut Vec<String>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = grow(base, rest, paths).trim_start();
            match rest.strip_prefix(',') {
                Some(next) if !next.trim_start().starts_with('}') => rest = next,
                Some(next) => return next.trim_start().strip_prefix('}').unwrap_or(next),
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = if base.is_empty() { name.to_owned() } else { format!("{base}::{name}") };
    match rest.strip_prefix("::") {
        Some(rest) => grow(&path, rest, paths),
        None => {
            paths.push(path);
            let rest = rest.trim_start();
            rest.strip_prefix("as ")
                .map_or(rest, |alias| alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'))
        }
    }
}

fn rooms() -> impl Iterator<Item = &'static str> {
    LINES.iter().flat_map(|line| line.split([',', '<'])).map(str::trim)
}

fn room_of(module: &str) -> Option<&'static str> {
    rooms().filter(|room| is_in(module, room)).max_by_key(|room| room.len())
}

fn rooms_below(room: &str) -> Vec<&'static str> {
    let below = |line: &'static str| {
        let layers: Vec<Vec<&str>> = line.split('<').map(|layer| layer.split(',').map(str::trim).collect()).collect();
        let at = layers.iter().position(|layer| layer.contains(&room)).unwrap_or(0);
        layers[..at].concat()
    };
    LINES.into_iter().flat_map(below).collect()
}

fn is_in(module: &str, room: &str) -> bool {
    module == room || module.strip_prefix(room).is_some_and(|inside| inside.starts_with("::"))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module that a file holds: `input::scan` of `src/input/scan/mod.rs`.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(source()).unwrap().with_extension("");
    let mut parts: Vec<&str> = inside.iter().map(|part| part.to_str().unwrap()).collect();
    parts.pop_if(|last| *last == "mod");
    parts.join("::")
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
