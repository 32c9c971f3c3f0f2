//! Answers of the reference implementation to some seeds, as JSON lines.

use serde_json::{Value, json};

use crate::cases::{Answer, Place};

/// One recorded answer.
#[derive(Clone, Debug)]
pub struct Record {
    /// Seed of the program.
    pub seed: u64,
    /// Fingerprint of the program; another one means that the generator has changed.
    pub program: u64,
    /// The answer.
    pub answer: Answer,
}

/// A record as a line of JSON.
#[must_use]
pub fn write(record: &Record) -> String {
    let answer = match &record.answer {
        Answer::Output(text) => json!({"output": text}),
        Answer::Static(kind, place) => json!({
            "static": kind,
            "file": place.as_ref().map(|p| &p.file),
            "line": place.as_ref().map(|p| p.line),
        }),
        Answer::Runtime(_) => json!({"runtime": true}),
        Answer::Input => json!({"refused": true}),
        Answer::Crash => json!({"crash": true}),
    };
    json!({"seed": record.seed, "program": format!("{:016x}", record.program), "answer": answer})
        .to_string()
}

/// A record from a line of JSON.
#[must_use]
pub fn read(line: &str) -> Option<Record> {
    let value: Value = serde_json::from_str(line).ok()?;
    let answer = &value["answer"];
    let answer = if let Some(text) = answer["output"].as_str() {
        Answer::Output(text.to_owned())
    } else if let Some(kind) = answer["static"].as_str() {
        let place = answer["file"].as_str().zip(answer["line"].as_u64());
        Answer::Static(
            kind.to_owned(),
            place.map(|(file, line)| Place {
                file: file.to_owned(),
                line: line as u32,
            }),
        )
    } else if answer["runtime"] == true {
        Answer::Runtime(None)
    } else if answer["refused"] == true {
        Answer::Input
    } else {
        Answer::Crash
    };
    Some(Record {
        seed: value["seed"].as_u64()?,
        program: u64::from_str_radix(value["program"].as_str()?, 16).ok()?,
        answer,
    })
}
