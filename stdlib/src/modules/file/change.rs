//! Functions of `file` that change something.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_runtime::effects::{Touch, reason};
use kiln_runtime::error::{Result, RunError};
use kiln_runtime::host::Host;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::path;
use crate::args::{bad, take, text, truthy};

/// Folders in folders that a copy enters.
const DEEPEST: usize = 128;

fn failed(function: &str, what: &str, path: &Path, problem: &io::Error) -> RunError {
    bad(format!(
        "`{function}` cannot {what} `{}`: {}",
        path.display(),
        reason(problem)
    ))
}

/// A path argument that may be changed.
fn writable(vm: &mut Vm, function: &str, name: &str, value: Value) -> Result<PathBuf> {
    let path = path(vm, function, name, value)?;
    vm.world.may_write(function, &path)?;
    Ok(path)
}

fn put(
    vm: &mut Vm,
    function: &str,
    args: &[Value],
    put: impl FnOnce(&dyn Host, &Path, &[u8]) -> io::Result<()>,
) -> Result<Value> {
    let [filepath, content] = take(args)?;
    let content = text(vm, function, "content", content)?;
    let path = writable(vm, function, "filepath", filepath)?;
    let bytes = vm.heap.get_str(content).as_bytes();
    put(&*vm.world.host, &path, bytes)
        .map_err(|problem| failed(function, "write", &path, &problem))?;
    Ok(Value::None)
}

pub(super) fn write(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    put(vm, "file.write", args, |host, path, bytes| {
        host.write(path, bytes)
    })
}

pub(super) fn append(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    put(vm, "file.append", args, |host, path, bytes| {
        host.append(path, bytes)
    })
}

pub(super) fn mkdir(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [directory, exists] = take(args)?;
    let path = writable(vm, "file.mkdir", "directory", directory)?;
    match vm.world.host.create_dir_all(&path) {
        Err(problem)
            if !(problem.kind() == io::ErrorKind::AlreadyExists && truthy(&vm.heap, exists)) =>
        {
            Err(failed("file.mkdir", "make", &path, &problem))
        }
        _ => Ok(Value::None),
    }
}

pub(super) fn delete(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [filepath] = take(args)?;
    let path = writable(vm, "file.delete", "filepath", filepath)?;
    let host = &vm.world.host;
    let removed = match host.metadata(&path) {
        Ok(found) if found.is_dir => host.remove_dir(&path),
        _ => host.remove_file(&path),
    };
    removed.map_err(|problem| failed("file.delete", "remove", &path, &problem))?;
    Ok(Value::None)
}

pub(super) fn rename(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [src, dest] = take(args)?;
    let from = writable(vm, "file.mv", "src", src)?;
    let to = writable(vm, "file.mv", "dest", dest)?;
    vm.world
        .host
        .rename(&from, &to)
        .map_err(|problem| failed("file.mv", "move", &from, &problem))?;
    Ok(Value::None)
}

pub(super) fn copy(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "file.cp";
    let [src, dest] = take(args)?;
    let from = path(vm, NAME, "src", src)?;
    vm.world.may_read(NAME, &from, Touch::Contents)?;
    let to = writable(vm, NAME, "dest", dest)?;
    let host = Arc::clone(&vm.world.host);
    let real = |path: &Path| host.canonicalize(path);
    if let (Ok(from), Some(Ok(into))) = (real(&from), to.ancestors().map(real).find(Result::is_ok))
        && from != into
        && into.starts_with(&from)
    {
        return Err(bad(format!(
            "`{NAME}` cannot copy `{}` into itself",
            from.display()
        )));
    }
    copy_tree(vm, &*host, &from, &to, DEEPEST)?;
    Ok(Value::None)
}

fn copy_tree(vm: &mut Vm, host: &dyn Host, from: &Path, to: &Path, levels: usize) -> Result<()> {
    const NAME: &str = "file.cp";
    let problem = |problem| failed(NAME, "copy", from, &problem);
    if !host.metadata(from).map_err(problem)?.is_dir {
        let bytes = host.read(from).map_err(problem)?;
        return host
            .write(to, &bytes)
            .map_err(|problem| failed(NAME, "write", to, &problem));
    }
    if levels == 0 {
        return Err(bad(format!(
            "`{NAME}` cannot copy `{}`: its folders are nested more than {DEEPEST} levels deep",
            from.display()
        )));
    }
    host.create_dir_all(to)
        .map_err(|problem| failed(NAME, "make", to, &problem))?;
    for entry in host.list(from).map_err(problem)? {
        let inner = from.join(&entry.name);
        if entry.is_link {
            // a link may lead out of what may be read
            vm.world.may_read(NAME, &inner, Touch::Contents)?;
        }
        copy_tree(vm, host, &inner, &to.join(&entry.name), levels - 1)?;
    }
    Ok(())
}
