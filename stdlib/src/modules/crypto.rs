//! Module `crypto`: digests of texts.

use data_encoding::HEXLOWER;
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::ModuleDecl;
use super::encoding::encoded;
use crate::args::{new_text, take};
use crate::signature::native;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "crypto",
    doc: "Digests of texts, as lower-case hexadecimal digits.",
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
    digest!("md5", "MD5", |b: &[u8]| Md5::digest(b)),
    digest!("sha1", "SHA-1", |b: &[u8]| Sha1::digest(b)),
    digest!("sha224", "SHA-224", |b: &[u8]| Sha224::digest(b)),
    digest!("sha256", "SHA-256", |b: &[u8]| Sha256::digest(b)),
    digest!("sha384", "SHA-384", |b: &[u8]| Sha384::digest(b)),
    digest!("sha512", "SHA-512", |b: &[u8]| Sha512::digest(b)),
];
