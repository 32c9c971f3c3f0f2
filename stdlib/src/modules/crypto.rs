//! Module `crypto`: digests and random names.

use data_encoding::HEXLOWER;
use kiln_runtime::effects::{Effect, reason};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use uuid::Builder;

use super::ModuleDecl;
use super::encoding::encoded;
use super::file::contents;
use crate::args::{bad, new_text, take};
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
    digest!("blake3", "BLAKE3", |b: &[u8]| *blake3::hash(b).as_bytes()).examples(&[(r#"crypto.blake3("abc")[:16]"#, r#""6437b3ac38465133""#)]),
    native!(
        "crypto.filesha256",
        "crypto.filesha256(filepath: str) -> str",
        "Returns the SHA-256 digest of a file in hexadecimal digits. Relative paths start at the folder of the calling \
         source file.",
        filesha256
    )
    .touching(Effect::Read),
    digest!("md5", "MD5", |b: &[u8]| Md5::digest(b)).examples(&[(r#"crypto.md5("abc")[:16]"#, r#""900150983cd24fb0""#)]),
    digest!("sha1", "SHA-1", |b: &[u8]| Sha1::digest(b)).examples(&[(r#"crypto.sha1("abc")[:16]"#, r#""a9993e364706816a""#)]),
    digest!("sha224", "SHA-224", |b: &[u8]| Sha224::digest(b)).examples(&[(r#"crypto.sha224("abc")[:16]"#, r#""23097d223405d822""#)]),
    digest!("sha256", "SHA-256", |b: &[u8]| Sha256::digest(b)).examples(&[(r#"crypto.sha256("abc")[:16]"#, r#""ba7816bf8f01cfea""#)]),
    digest!("sha384", "SHA-384", |b: &[u8]| Sha384::digest(b)).examples(&[(r#"crypto.sha384("abc")[:16]"#, r#""cb00753f45a35e8b""#)]),
    digest!("sha512", "SHA-512", |b: &[u8]| Sha512::digest(b)).examples(&[(r#"crypto.sha512("abc")[:16]"#, r#""ddaf35a193617aba""#)]),
    native!(
        "crypto.uuid",
        "crypto.uuid() -> str",
        "Returns a random UUID, version 4, in lower case.",
        uuid
    )
    .touching(Effect::Random),
];

fn filesha256(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [path] = take(args)?;
    let bytes = contents(vm, "crypto.filesha256", path)?;
    new_text(vm, &HEXLOWER.encode(&Sha256::digest(&bytes)))
}

fn uuid(vm: &mut Vm, _: &[Value]) -> Result<Value> {
    let mut bytes = [0; 16];
    vm.world.host.random(&mut bytes).map_err(|problem| {
        bad(format!(
            "`crypto.uuid` has no source of random numbers: {}",
            reason(&problem)
        ))
    })?;
    new_text(
        vm,
        &Builder::from_random_bytes(bytes).into_uuid().to_string(),
    )
}
