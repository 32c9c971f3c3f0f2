//! Module `file`: files and folders, and the environment. Relative paths start at the folder of the calling source file.

mod change;
mod glob;

use std::path::{Path, PathBuf};

use kiln_runtime::effects::{Effect, Touch, reason};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{bad, new_list, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "file",
    doc: "Files and folders, and the environment. Relative paths start at the folder of the source file that calls. Files \
          of the project may be read; everything else needs a permission.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "file.abs",
        "file.abs(filepath: str) -> str",
        "Returns the absolute path of a file or folder, without links and dots. There must be one.",
        abs
    )
    .touching(Effect::Read),
    native!(
        "file.append",
        "file.append(filepath: str, content: str) -> NoneType",
        "Adds a text to the end of a file, which is made if there is none.",
        change::append
    )
    .touching(Effect::Write),
    native!(
        "file.cp",
        "file.cp(src: str, dest: str) -> NoneType",
        "Copies a file, or a folder with everything in it.",
        change::copy
    )
    .touching(Effect::Write),
    native!(
        "file.current",
        "file.current() -> str",
        "Returns the path of the source file that calls.",
        current
    )
    .touching(Effect::Location),
    native!(
        "file.delete",
        "file.delete(filepath: str) -> NoneType",
        "Removes a file, or an empty folder.",
        change::delete
    )
    .touching(Effect::Write),
    native!(
        "file.exists",
        "file.exists(filepath: str) -> bool",
        "Tells whether there is a file or folder.",
        exists
    )
    .touching(Effect::Read),
    native!(
        "file.glob",
        "file.glob(pattern: str) -> [str]",
        "Returns the absolute paths of all files and folders that match a pattern, sorted. In a pattern `*` stands for any \
         text and `?` for any character of a name, `[ab]`, `[a-z]` and `[!a]` for one of some characters, and `**` as a \
         whole name for any folders.",
        glob::glob
    )
    .touching(Effect::Read),
    native!(
        "file.mkdir",
        "file.mkdir(directory: str, exists: bool = False) -> NoneType",
        "Makes a folder and those above it. It may be there already; with `exists`, so may a file of that name.",
        change::mkdir
    )
    .touching(Effect::Write),
    native!(
        "file.modpath",
        "file.modpath() -> str",
        "Returns the folder of the program's module: that of its `kcl.mod`, or else of its first file.",
        modpath
    )
    .touching(Effect::Location),
    native!(
        "file.mv",
        "file.mv(src: str, dest: str) -> NoneType",
        "Gives a file or folder another name.",
        change::rename
    )
    .touching(Effect::Write),
    native!(
        "file.read",
        "file.read(filepath: str) -> str",
        "Returns the text of a file.",
        read
    )
    .touching(Effect::Read),
    native!(
        "file.read_env",
        "file.read_env(key: str) -> str",
        "Returns a variable of the environment, or `Undefined` if it is not set.",
        read_env
    )
    .touching(Effect::Env),
    native!(
        "file.size",
        "file.size(filepath: str) -> int",
        "Returns the size of a file in bytes.",
        size
    )
    .touching(Effect::Read),
    native!(
        "file.workdir",
        "file.workdir() -> str",
        "Returns the folder in which the program was started.",
        workdir
    )
    .touching(Effect::Location),
    native!(
        "file.write",
        "file.write(filepath: str, content: str) -> NoneType",
        "Writes a text into a file, which is made or replaced.",
        change::write
    )
    .touching(Effect::Write),
];

/// A path argument, from the folder of the calling source file.
fn path(vm: &Vm, function: &str, name: &str, value: Value) -> Result<PathBuf> {
    let path = text(vm, function, name, value)?;
    Ok(vm.path_from_source(vm.heap.get_str(path)))
}

/// A path argument that may be read.
fn readable(
    vm: &mut Vm,
    function: &str,
    value: Value,
    touch: fn(PathBuf) -> Touch,
) -> Result<PathBuf> {
    let path = path(vm, function, "filepath", value)?;
    vm.world.may_read(function, &path, touch)?;
    Ok(path)
}

/// The bytes of a file for `function`, read if that is permitted.
pub(super) fn contents(vm: &mut Vm, function: &str, value: Value) -> Result<Vec<u8>> {
    let path = readable(vm, function, value, Touch::Contents)?;
    let host = std::sync::Arc::clone(&vm.world.host);
    if let Ok(found) = host.metadata(&path) {
        // a file that is too large is refused before it is read
        vm.reserve(usize::try_from(found.size).unwrap_or(usize::MAX))?;
    }
    host.read(&path).map_err(|problem| {
        bad(format!(
            "`{function}` cannot read `{}`: {}",
            path.display(),
            reason(&problem)
        ))
    })
}

fn read(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [filepath] = take(args)?;
    let bytes = contents(vm, "file.read", filepath)?;
    let text = String::from_utf8(bytes).map_err(|problem| {
        let at = problem.utf8_error().valid_up_to();
        bad(format!(
            "`file.read` needs a text in UTF-8, and the file is none (at byte {at})"
        ))
    })?;
    new_text(vm, &text)
}

fn exists(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [filepath] = take(args)?;
    let path = readable(vm, "file.exists", filepath, Touch::Presence)?;
    Ok(Value::Bool(vm.world.host.metadata(&path).is_ok()))
}

fn size(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [filepath] = take(args)?;
    let path = readable(vm, "file.size", filepath, Touch::Presence)?;
    match vm.world.host.metadata(&path) {
        Ok(found) => Ok(Value::Int(i64::try_from(found.size).unwrap_or(i64::MAX))),
        Err(problem) => Err(bad(format!(
            "`file.size` cannot find `{}`: {}",
            path.display(),
            reason(&problem)
        ))),
    }
}

fn abs(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [filepath] = take(args)?;
    let path = readable(vm, "file.abs", filepath, Touch::Presence)?;
    let found = vm.world.host.canonicalize(&path).map_err(|problem| {
        bad(format!(
            "`file.abs` cannot find `{}`: {}",
            path.display(),
            reason(&problem)
        ))
    })?;
    path_text(vm, &found)
}

fn read_env(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [key] = take(args)?;
    let key = text(vm, "file.read_env", "key", key)?;
    let key = vm.heap.get_str(key).to_owned();
    if key.is_empty() {
        return Ok(Value::Undefined);
    }
    vm.world.may_read_env("file.read_env", &key)?;
    match vm.world.host.env(&key) {
        Some(value) => new_text(vm, &value),
        None => Ok(Value::Undefined),
    }
}

fn current(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    let file = vm.source_file().to_path_buf();
    path_text(vm, &file)
}

fn modpath(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    let module = vm.world.module.clone();
    path_text(vm, &module)
}

fn workdir(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    let dir = vm.world.work_dir.clone();
    path_text(vm, &dir)
}

fn path_text(vm: &mut Vm, path: &Path) -> Result<Value> {
    new_text(vm, &path.to_string_lossy())
}

fn paths(vm: &mut Vm, found: &[PathBuf]) -> Result<Value> {
    let texts: Vec<Value> = found
        .iter()
        .map(|path| path_text(vm, path))
        .collect::<Result<_>>()?;
    new_list(vm, &texts)
}
