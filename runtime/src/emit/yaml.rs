//! The YAML writer: block style, two blanks a level, dashes of a list under a key at the column of the key.

use std::io;

use super::key_cache::{KeyCache, KeyForm};
use super::number;
use super::plan::{Plan, deeper};
use super::scalar::{self, Style};
use super::sink::Sink;
use crate::value::{Entry, List, Value};

/// Writes documents that end with a line break each.
pub(super) struct Documents<'h> {
    plan: Plan<'h>,
    keys: KeyCache,
}

impl<'h> Documents<'h> {
    pub(super) const fn new(plan: Plan<'h>) -> Self {
        Self {
            plan,
            keys: KeyCache::new(),
        }
    }

    pub(super) fn write(&mut self, value: Value, sink: &mut Sink<'_>) -> io::Result<()> {
        if matches!(
            value,
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_)
        ) {
            sink.text("{}");
            return sink.end_line();
        }
        let mut writer = Yaml {
            plan: self.plan,
            keys: &mut self.keys,
            sink,
        };
        writer.value(value, 0, After::Nothing)
    }
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// It is the document.
    Nothing,
    /// `key:`, still without a blank.
    Key,
    /// `- `, or the `: ` of an explicit key.
    Dash,
}

struct Yaml<'h, 's, 'o> {
    plan: Plan<'h>,
    keys: &'s mut KeyCache,
    sink: &'s mut Sink<'o>,
}

impl<'h> Yaml<'h, '_, '_> {
    /// Writes a value and the end of its line. `column` is that of the key or dash before it.
    fn value(&mut self, value: Value, column: usize, after: After) -> io::Result<()> {
        match value {
            Value::List(list) => return deeper(|| self.list(list, column, after)),
            Value::Dict(_) | Value::Inst(_) => {
                let entries = self.plan.heap.entries_of(value).unwrap_or_default();
                return deeper(|| self.dict(entries, column, after));
            }
            _ => {}
        }
        if after == After::Key {
            self.sink.byte(b' ');
        }
        match value {
            Value::Str(text) => {
                let heap = self.plan.heap;
                let text = heap.get_str(text);
                let style = scalar::style(text);
                return self.string(text, style, column);
            }
            Value::Bool(true) => self.sink.text("true"),
            Value::Bool(false) => self.sink.text("false"),
            Value::Int(int) => number::int(&mut self.sink.bytes, int),
            Value::Float(float) => number::float(&mut self.sink.bytes, float, false),
            Value::Unit(unit) => {
                let value = self.plan.heap.get_unit(unit).value;
                number::float(&mut self.sink.bytes, value, false);
            }
            _ => self.sink.text("null"),
        }
        self.sink.end_line()
    }

    #[inline]
    fn string(&mut self, text: &str, style: Style, column: usize) -> io::Result<()> {
        self.sink.expect(text)?;
        match style {
            Style::Plain => self.sink.text(text),
            Style::Single => scalar::single(text, &mut self.sink.bytes),
            Style::Double => scalar::double(text, &mut self.sink.bytes),
            Style::Block => return self.block(text, column),
        }
        self.sink.end_line()
    }

    fn block(&mut self, text: &str, column: usize) -> io::Result<()> {
        self.sink.byte(b'|');
        if text.starts_with([' ', '\n']) {
            self.sink.byte(b'2');
        }
        let body = match text.strip_suffix('\n') {
            None => {
                self.sink.byte(b'-');
                text
            }
            Some(body) => {
                if body.is_empty() || body.ends_with('\n') {
                    self.sink.byte(b'+');
                }
                body
            }
        };
        self.sink.end_line()?;
        for line in body.split('\n') {
            if !line.is_empty() {
                self.sink.blanks(column + 2);
                self.sink.text(line);
            }
            self.sink.end_line()?;
        }
        Ok(())
    }

    fn list(&mut self, list: List, column: usize, after: After) -> io::Result<()> {
        let column = if after == After::Dash {
            column + 2
        } else {
            column
        };
        let mut first = true;
        let heap = self.plan.heap;
        for &item in heap.items(list) {
            if !self.plan.keeps(item) {
                continue;
            }
            start(self.sink, &mut first, column, after);
            self.sink.text("- ");
            self.value(item, column, After::Dash)?;
        }
        if first {
            return self.empty("[]", after);
        }
        Ok(())
    }

    fn empty(&mut self, text: &str, after: After) -> io::Result<()> {
        if after == After::Key {
            self.sink.byte(b' ');
        }
        self.sink.text(text);
        self.sink.end_line()
    }

    fn dict(&mut self, entries: &'h [Entry], column: usize, after: After) -> io::Result<()> {
        let column = if after == After::Nothing {
            column
        } else {
            column + 2
        };
        let mut first = true;
        let heap = self.plan.heap;
        for entry in self.plan.ordered(entries).iter() {
            if !self.plan.keeps(entry.value) {
                continue;
            }
            let slot = self.keys.slot(entry.key, || heap.name(entry.key));
            if slot.hidden && !self.plan.shows_hidden() {
                continue;
            }
            start(self.sink, &mut first, column, after);
            if let KeyForm::Short(len) = slot.form {
                self.sink.start_of(&slot.bytes, usize::from(len));
                self.value(entry.value, column, After::Key)?;
                continue;
            }
            let key = heap.name(entry.key);
            match slot.form {
                KeyForm::Single => scalar::single(key, &mut self.sink.bytes),
                KeyForm::Double => scalar::double(key, &mut self.sink.bytes),
                KeyForm::Explicit => {
                    self.sink.text("? ");
                    self.string(key, scalar::style(key), column)?;
                    self.sink.blanks(column);
                    self.sink.text(": ");
                    self.value(entry.value, column, After::Dash)?;
                    continue;
                }
                KeyForm::Plain | KeyForm::Short(_) => self.sink.text(key),
            }
            self.sink.byte(b':');
            self.value(entry.value, column, After::Key)?;
        }
        if first {
            return self.empty("{}", after);
        }
        Ok(())
    }
}

/// Brings an element to its column: the first one stands behind a dash or begins a new line.
#[inline]
fn start(sink: &mut Sink<'_>, first: &mut bool, column: usize, after: After) {
    if !*first {
        sink.blanks(column);
        return;
    }
    *first = false;
    if after == After::Key {
        sink.byte(b'\n');
        sink.blanks(column);
    }
}
