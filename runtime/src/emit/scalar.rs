//! How a string is written in YAML: one pure function of its bytes. The result reads back as the same string with
//! readers of YAML 1.1 as well as 1.2, so whatever either of them could take for something else is quoted.

/// The form of a string in YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// In single quotes, with `'` doubled.
    Single,
    /// In double quotes, with escapes.
    Double,
    /// A literal block (`|`).
    Block,
}

/// Cannot stand in YAML as it is.
const BAD: u8 = 1;
/// May begin a character that cannot.
const LEAD: u8 = 2;
/// A line break.
const BREAK: u8 = 4;
/// `:`, `#` or a blank, which matter beside each other.
const PAIR: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = BAD;
        i += 1;
    }
    table[0x7f] = BAD;
    table[b'\n' as usize] = BREAK;
    table[b':' as usize] = PAIR;
    table[b'#' as usize] = PAIR;
    table[b' ' as usize] = PAIR;
    table[0xc2] = LEAD;
    table[0xe2] = LEAD;
    table[0xef] = LEAD;
    table
};

/// Always needs quotes in the first place.
const QUOTE: u8 = 1;
/// Needs quotes in the first place if alone or followed by a blank.
const ALONE: u8 = 2;
/// May begin a word that means something else.
const WORD: u8 = 4;

const FIRST: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    let quoted = b"0123456789+-. ,[]{}#&*!|>'\"%@`";
    while i < quoted.len() {
        table[quoted[i] as usize] = QUOTE;
        i += 1;
    }
    table[b'?' as usize] = ALONE;
    table[b':' as usize] = ALONE;
    let words = b"nNtTfFyYoO~";
    i = 0;
    while i < words.len() {
        table[words[i] as usize] = WORD;
        i += 1;
    }
    table
};

const WORDS: [&str; 11] = [
    "null", "true", "false", "y", "n", "yes", "no", "on", "off", "nan", "~",
];

/// Chooses the form of a string.
#[must_use]
#[inline]
pub fn style(text: &str) -> Style {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else {
        return Style::Single;
    };
    let mut seen = 0;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        if !is_harmless(word) {
            for &byte in word {
                seen |= CLASSES[byte as usize];
            }
        }
    }
    for &byte in words.remainder() {
        seen |= CLASSES[byte as usize];
    }
    match FIRST[first as usize] {
        0 if seen == 0 => Style::Plain,
        lead => careful(bytes, seen, lead),
    }
}

/// Whether eight bytes are all printable ASCII without blanks, `#` and `:`.
#[inline]
fn is_harmless(word: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let Ok(word) = <[u8; 8]>::try_from(word) else {
        return false;
    };
    let word = u64::from_le_bytes(word);
    let is_zero = |w: u64| w.wrapping_sub(ONES) & !w;
    let odd = word
        // Beyond ASCII, or DEL.
        | word.wrapping_add(ONES)
        // Up to the blank.
        | (word.wrapping_sub(ONES * 0x21) & !word)
        | is_zero(word ^ (ONES * u64::from(b'#')))
        | is_zero(word ^ (ONES * u64::from(b':')));
    odd & HIGH == 0
}

fn careful(bytes: &[u8], seen: u8, lead: u8) -> Style {
    if seen & BAD != 0 || (seen & LEAD != 0 && holds_unprintable(bytes)) {
        return Style::Double;
    }
    if seen & BREAK != 0 {
        let blank_before_break = bytes.windows(2).any(|w| w == b" \n");
        return if blank_before_break || bytes.ends_with(b" ") {
            Style::Double
        } else {
            Style::Block
        };
    }
    let quoted = match lead {
        QUOTE => true,
        ALONE => bytes.len() == 1 || bytes[1] == b' ',
        WORD => is_word(bytes),
        _ => false,
    };
    if quoted || (seen & PAIR != 0 && has_indicator(bytes)) {
        Style::Single
    } else {
        Style::Plain
    }
}

fn is_word(bytes: &[u8]) -> bool {
    bytes.len() <= 5
        && WORDS
            .iter()
            .any(|word| word.as_bytes().eq_ignore_ascii_case(bytes))
}

/// `: ` or ` #` inside, `:` or a blank at the end.
fn has_indicator(bytes: &[u8]) -> bool {
    matches!(bytes.last(), Some(b':' | b' ')) || bytes.windows(2).any(|w| w == b": " || w == b" #")
}

/// Whether a character beyond ASCII must be escaped: U+0080 to U+009F, U+FEFF, U+FFFE, U+FFFF, and U+2028 and U+2029,
/// which are line breaks for readers of YAML 1.1.
fn holds_unprintable(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| CLASSES[*b as usize] & LEAD != 0) {
        match rest[at..] {
            [0xc2, 0x80..=0x9f, ..]
            | [0xe2, 0x80, 0xa8..=0xa9, ..]
            | [0xef, 0xbb, 0xbf, ..]
            | [0xef, 0xbf, 0xbe..=0xbf, ..] => return true,
            _ => rest = &rest[at + 1..],
        }
    }
    false
}

/// Writes a string in single quotes.
pub(super) fn single(text: &str, out: &mut Vec<u8>) {
    out.push(b'\'');
    let mut from = 0;
    let bytes = text.as_bytes();
    for (i, &byte) in bytes.iter().enumerate() {
        if byte == b'\'' {
            out.extend_from_slice(&bytes[from..=i]);
            from = i;
        }
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'\'');
}

/// Writes a string in double quotes.
pub(super) fn double(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut buffer = [0u8; 4];
    for c in text.chars() {
        let escape = match c {
            '\0' => b'0',
            '\u{7}' => b'a',
            '\u{8}' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\u{b}' => b'v',
            '\u{c}' => b'f',
            '\r' => b'r',
            '\u{1b}' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{a0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                hex(c as u32, b'x', 2, out);
                continue;
            }
            '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                hex(c as u32, b'u', 4, out);
                continue;
            }
            _ => {
                out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', escape]);
    }
    out.push(b'"');
}

fn hex(code: u32, letter: u8, digits: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'\\', letter]);
    for i in (0..digits).rev() {
        out.push(b"0123456789ABCDEF"[(code >> (4 * i) & 15) as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let plain = "a a:b a#b ?a :a = << ~a (a) $x inf a'b a\"b _1 None /x a,b a{ a\\b e1 é 日本 😀 it's a] a- nulls \
            yess ye onn offf nano ?? Inf a.b x1 ^ ~~ <a ;a )";
        for text in plain.split(' ') {
            assert_eq!(style(text), Style::Plain, "{text:?}");
        }
        assert_eq!(style("a b"), Style::Plain);
        assert_eq!(style("a :b"), Style::Plain);
        assert_eq!(style("\u{a0}x"), Style::Plain);

        let single = "1 1.0 1e3 0x1 0b1 0o7 012 .5 +1 -1 1_000 2020-01-01 1:30 123abc 1. 8Gi -a .x --- ... .inf .nan . .. \
            - ? : , [ ] { } # & * ! | > ' \" % @ ` [a ]a {a }a #a &a *a !a |a >a 'a \"a %a @a `a ,a a: :: \
            null Null NULL true TRUE tRue false y Y n N yes YES no on On off OFF nan NaN ~";
        for text in single.split_ascii_whitespace() {
            assert_eq!(style(text), Style::Single, "{text:?}");
        }
        for text in [
            "", " ", " a", "a ", "a: b", "a #b", "? a", ": a", "- a", "a: ",
        ] {
            assert_eq!(style(text), Style::Single, "{text:?}");
        }

        for text in [
            "a\tb",
            "\u{0}",
            "a\r",
            "\u{7f}",
            "\u{80}",
            "\u{85}",
            "a\u{feff}",
            "\u{fffe}",
            "\u{ffff}",
            "\u{2028}",
            "a\u{2029}b",
            " \n",
            "a \nb",
            "a\nb ",
            "a\t\nb",
            "\u{9f}\n",
            "a\u{2028}b\nc",
        ] {
            assert_eq!(style(text), Style::Double, "{text:?}");
        }

        for text in [
            "\n", "a\n", "a\nb", "\na", "  a\nb", "a\n\n\n", "1\n2", "a: b\n#c",
        ] {
            assert_eq!(style(text), Style::Block, "{text:?}");
        }
    }

    #[test]
    fn eight_bytes_at_a_time() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut word = *b"abcdefgh";
                word[at] = byte;
                assert_eq!(
                    is_harmless(&word),
                    CLASSES[byte as usize] == 0 && byte.is_ascii(),
                    "{byte:#x}"
                );
            }
        }
    }

    #[test]
    fn quotes() {
        let mut out = Vec::new();
        single("it's ''", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "'it''s '''''");
        let mut out = Vec::new();
        double(
            "\0\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1b}\"\\\u{85}\u{a0}\u{2028}\u{2029}\u{1}\u{7f}\u{feff}é😀/",
            &mut out,
        );
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#""\0\a\b\t\n\v\f\r\e\"\\\N\_\L\P\x01\x7F\uFEFFé😀/""#
        );
    }
}
