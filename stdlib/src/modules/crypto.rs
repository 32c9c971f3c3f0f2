//! Module `crypto`: digests and random names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use data_encoding::HEXLOWER;
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use uuid::Uuid;

use super::ModuleDecl;
use super::encoding::encoded;
use crate::args::{bad, new_text, take, text};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "crypto",
    doc: "Digests, as lower-case hexadecimal digits, and random names.",
    functions: FUNCTIONS,
    constants: &[],
};

/// Declares a digest: name, how it is called, its implementation on bytes.
macro_rules! digest {
    ($name:literal, $called:literal, $digest:expr) => {{
        fn digest(vm: &mut Vm, args: &[Value]) -> Result<Value> {
            let [value, encoding] = take(args)?;
            let bytes = encoded(vm, concat!("crypto.", $name), value, encoding)?;
            let digest = $digest;
            new_text(vm, &HEXLOWER.encode(digest(&bytes).as_ref()))
        }
        native!(
            concat!("crypto.", $name),
            concat!(
                "crypto.",
                $name,
                "(value: str, encoding: str = \"utf-8\") -> str"
            ),
            concat!(
                "Returns the ",
                $called,
                " digest of a text in hexadecimal digits."
            ),
            digest
        )
    }};
}

const FUNCTIONS: &[NativeFn] = &[
    digest!("blake3", "BLAKE3", |b: &[u8]| *blake3::hash(b).as_bytes()),
    native!(
        "crypto.filesha256",
        "crypto.filesha256(filepath: str) -> str",
        "Returns the SHA-256 digest of a file in hexadecimal digits. Relative paths start at the folder of the calling \
         source file.",
        filesha256
    ),
    digest!("md5", "MD5", |b: &[u8]| Md5::digest(b)),
    digest!("sha1", "SHA-1", |b: &[u8]| Sha1::digest(b)),
    digest!("sha224", "SHA-224", |b: &[u8]| Sha224::digest(b)),
    digest!("sha256", "SHA-256", |b: &[u8]| Sha256::digest(b)),
    digest!("sha384", "SHA-384", |b: &[u8]| Sha384::digest(b)),
    digest!("sha512", "SHA-512", |b: &[u8]| Sha512::digest(b)),
    native!(
        "crypto.uuid",
        "crypto.uuid() -> str",
        "Returns a random UUID, version 4, in lower case.",
        uuid
    ),
];

/// Bytes of a file that are read at once.
const BLOCK: usize = 64 << 10;

fn filesha256(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "crypto.filesha256";
    let [path] = take(args)?;
    let path = text(vm, NAME, "filepath", path)?;
    let path = vm.source_dir().join(vm.heap.get_str(path));
    vm.impure = true;
    match digest_of(&path) {
        Ok(digest) => new_text(vm, &digest),
        Err(problem) => Err(bad(format!(
            "`{NAME}` cannot read `{}`: {problem}",
            path.display()
        ))),
    }
}

fn digest_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(HEXLOWER.encode(&digest.finalize())),
            read => digest.update(&block[..read]),
        }
    }
}

fn uuid(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    vm.impure = true;
    new_text(vm, &Uuid::new_v4().to_string())
}
