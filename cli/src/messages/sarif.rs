//! SARIF 2.1.0: one document with a result for each report, for code scanning services.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kiln::{Report, ReportFix, ReportLabel, Texts};
use kiln_syntax::line_index::LineIndex;
use serde_json::{Value, json};

use super::{Paths, severity, whole_message};
use crate::commands::explain;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative URIs are relative to: the folder in which the command ran.
const BASE: &str = "%SRCROOT%";

pub(super) fn render(paths: &Paths, texts: &Texts, reports: &[&Report]) -> Vec<u8> {
    let codes: BTreeSet<(u16, String)> = reports.iter().map(|r| (r.code, r.code_text())).collect();
    let rules: Vec<Value> = codes
        .iter()
        .map(|(number, id)| {
            json!({
                "id": id,
                "shortDescription": { "text": explain::title(*number) },
                "help": { "text": format!("`kiln explain {id}` says more") },
            })
        })
        .collect();
    let writer = Writer { paths, texts };
    let results: Vec<Value> = reports
        .iter()
        .map(|report| {
            let rule = codes.iter().position(|(number, _)| *number == report.code);
            writer.result(report, rule.unwrap_or_default())
        })
        .collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kiln",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut out = serde_json::to_vec_pretty(&document).unwrap_or_default();
    out.push(b'\n');
    out
}

struct Writer<'a> {
    paths: &'a Paths,
    texts: &'a Texts,
}

impl Writer<'_> {
    fn result(&self, report: &Report, rule: usize) -> Value {
        let mut result = json!({
            "ruleId": report.code_text(),
            "ruleIndex": rule,
            "level": severity(report),
            "message": { "text": whole_message(report) },
        });
        if let Some(primary) = &report.primary {
            result["locations"] = json!([self.location(primary)]);
        }
        if !report.labels.is_empty() {
            result["relatedLocations"] = report
                .labels
                .iter()
                .enumerate()
                .map(|(id, label)| {
                    let mut location = self.location(label);
                    location["id"] = json!(id);
                    location
                })
                .collect();
        }
        if !report.fixes.is_empty() {
            result["fixes"] = report.fixes.iter().map(|fix| self.fix(fix)).collect();
        }
        result
    }

    fn location(&self, label: &ReportLabel) -> Value {
        let mut location = json!({ "physicalLocation": {
            "artifactLocation": self.artifact(&label.path),
            "region": {
                "startLine": label.line,
                "startColumn": label.column,
                "endLine": label.end_line,
                "endColumn": label.end_column,
                "byteOffset": label.range.start,
                "byteLength": label.range.len(),
            },
        } });
        if !label.text.is_empty() {
            location["message"] = json!({ "text": label.text });
        }
        location
    }

    fn artifact(&self, path: &str) -> Value {
        let uri = self.paths.uri(path);
        if uri.starts_with("file:") {
            json!({ "uri": uri })
        } else {
            json!({ "uri": uri, "uriBaseId": BASE })
        }
    }

    fn fix(&self, fix: &ReportFix) -> Value {
        let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (path, range, text) in &fix.edits {
            files.entry(path).or_default().push(json!({
                "deletedRegion": self.region(path, range),
                "insertedContent": { "text": text },
            }));
        }
        let changes: Vec<Value> = files
            .into_iter()
            .map(|(path, replacements)| {
                json!({
                    "artifactLocation": self.artifact(path),
                    "replacements": replacements,
                })
            })
            .collect();
        json!({
            "description": { "text": fix.title },
            "artifactChanges": changes,
        })
    }

    fn region(&self, path: &str, range: &Range<usize>) -> Value {
        let text = self.texts.get(path).unwrap_or_default();
        let lines = LineIndex::new(text);
        let at = |offset: usize| lines.line_column(text, u32::try_from(offset).unwrap_or(u32::MAX));
        let (start, end) = (at(range.start), at(range.end));
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "byteOffset": range.start,
            "byteLength": range.len(),
        })
    }
}
