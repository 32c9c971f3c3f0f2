//! The byte buffer in front of an output.

use std::io::{self, Write};

/// The buffer is written out when it is longer than this.
const FULL: usize = 1 << 16;

/// Collects bytes; hands them on in large pieces if there is an output behind it.
pub(super) struct Sink<'o> {
    pub(super) bytes: Vec<u8>,
    out: Option<&'o mut dyn Write>,
    /// With how many bytes the buffer is full.
    full: usize,
}

impl<'o> Sink<'o> {
    pub(super) fn to(out: &'o mut dyn Write) -> Self {
        Self {
            bytes: Vec::with_capacity(1 << 12),
            out: Some(out),
            full: FULL,
        }
    }

    /// A sink that keeps everything, and fails when that is more than `most` bytes.
    pub(super) const fn memory(most: usize) -> Self {
        Self {
            bytes: Vec::new(),
            out: None,
            full: most,
        }
    }

    /// Fails if a long text, as a literal, surely does not fit.
    #[inline]
    pub(super) fn expect(&self, text: &str) -> io::Result<()> {
        if text.len() < FULL || self.out.is_some() {
            return Ok(());
        }
        // the longest escape of a byte takes six
        let longer = text
            .bytes()
            .filter(|b| *b < b' ' || matches!(b, b'"' | b'\'' | b'\\' | 0x7f | 0xef))
            .count()
            .saturating_mul(5);
        if self.bytes.len() + text.len() + longer > self.full {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        Ok(())
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    #[inline]
    pub(super) fn blanks(&mut self, count: usize) {
        // Copies of a fixed length need no call.
        match count {
            0 => {}
            1..=8 => self.start_of::<8>(&[b' '; 8], count),
            9..=32 => self.start_of::<32>(&[b' '; 32], count),
            _ => self.bytes.resize(self.bytes.len() + count, b' '),
        }
    }

    /// Writes the first `len` bytes of an array.
    #[inline]
    pub(super) fn start_of<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        let end = self.bytes.len() + len;
        self.bytes.extend_from_slice(bytes);
        self.bytes.truncate(end);
    }

    /// Ends a line and writes the buffer out if it is full.
    #[inline]
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        self.bytes.push(b'\n');
        self.relax()
    }

    /// Writes the buffer out if it is full.
    #[inline]
    pub(super) fn relax(&mut self) -> io::Result<()> {
        if self.bytes.len() <= self.full {
            return Ok(());
        }
        self.flush()
    }

    #[cold]
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Some(out) => {
                out.write_all(&self.bytes)?;
                self.bytes.clear();
                Ok(())
            }
            None => Err(io::ErrorKind::OutOfMemory.into()),
        }
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()
    }

    /// What was collected. Only whole texts go into a sink, so it is valid.
    pub(super) fn into_text(self) -> String {
        String::from_utf8(self.bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    }
}
